INSERT INTO {users} (id, full_name) VALUES (11, 'New');
UPDATE {users} SET full_name = 'Robert' WHERE id = 2;
