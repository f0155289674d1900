INSERT INTO {t} VALUES (4, '8', 'd');
UPDATE {t} SET name = 'e' WHERE id = 4;
DELETE FROM {t} WHERE id = 99;
DELETE FROM {t} WHERE id = 1;
-- fails: SQLITE_CONSTRAINT_TRIGGER
INSERT INTO {t} VALUES (5, '6', 'bad');
