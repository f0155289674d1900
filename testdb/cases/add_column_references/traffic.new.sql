INSERT INTO {users} (id, name, city, home) VALUES (11, 'New', 7, 1);
-- fails: 23503
UPDATE {users} SET city = 99 WHERE id = 11;
UPDATE {users} SET city = 36 WHERE id = 1;
DELETE FROM cities WHERE id = 36;
