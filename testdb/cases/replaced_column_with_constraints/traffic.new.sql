INSERT INTO {users} (id, name, town) VALUES (11, 'New', 1);
UPDATE {users} SET town = 2 WHERE id = 1;
INSERT INTO {users} (id, name) VALUES (12, 'Default');
-- fails: 23503
UPDATE {users} SET town = 78 WHERE id = 2;
-- fails: 23514
UPDATE {users} SET town = -1 WHERE id = 2;
DELETE FROM {towns} WHERE id = 1;
