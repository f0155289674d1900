INSERT INTO {users} (id, name, city) VALUES (11, 'New', 'a');
UPDATE {users} SET city = 'b' WHERE id = 1;
