INSERT INTO {users} (id, name, city) VALUES (11, 'New', 'a');
-- fails: 23505
UPDATE {users} SET city = 'a' WHERE id = 1;
-- fails: 23514
UPDATE {users} SET city = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaa' WHERE id = 1;
