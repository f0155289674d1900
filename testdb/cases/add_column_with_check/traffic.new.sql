INSERT INTO {users} (id, name, city) VALUES (11, 'New', 5);
-- fails: 23514 SQLITE_CONSTRAINT_CHECK
UPDATE {users} SET city = 0 WHERE id = 1;
