UPDATE {users} SET name = 'grace hopper' WHERE id = 1;
INSERT INTO {users} (id, name) VALUES (4, 'dan brown');
