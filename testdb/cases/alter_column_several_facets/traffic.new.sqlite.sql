INSERT INTO {users} (id, name) VALUES (11, 'New');
UPDATE {users} SET age = 41 WHERE id = 2;
