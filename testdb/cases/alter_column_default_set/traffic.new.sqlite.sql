-- A default of the new version binds at contract.
INSERT INTO {users} (id, name, age) VALUES (11, 'New', 50);
UPDATE {users} SET age = 41 WHERE id = 2;
