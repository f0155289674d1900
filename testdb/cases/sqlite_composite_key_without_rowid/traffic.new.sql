INSERT INTO {lines} VALUES (4, 'new', '2');
UPDATE {lines} SET a = 9 WHERE b = 'old';
-- fails: SQLITE_CONSTRAINT_PRIMARYKEY
INSERT INTO {lines} VALUES (4, 'NEW', '3');
