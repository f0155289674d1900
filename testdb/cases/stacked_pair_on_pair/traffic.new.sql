INSERT INTO {users} (id, name, age) VALUES (11, 'New', '105');
UPDATE {users} SET age = '141' WHERE id = 2;
