INSERT INTO {users} (id, name) VALUES (11, 'New');
UPDATE {users} SET age = DEFAULT WHERE id = 2;
