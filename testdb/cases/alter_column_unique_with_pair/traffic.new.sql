INSERT INTO {users} (id, name) VALUES (11, 'New');
-- fails: 23505
UPDATE {users} SET name = 'New' WHERE id = 2;
