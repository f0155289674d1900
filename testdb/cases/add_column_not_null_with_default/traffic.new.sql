INSERT INTO {users} (id, name) VALUES (11, 'New');
UPDATE {users} SET city = 8 WHERE id = 1;
-- fails: 23502 SQLITE_CONSTRAINT_NOTNULL
UPDATE {users} SET city = NULL WHERE id = 2;
