INSERT INTO {t} VALUES (11, 'new');
DELETE FROM {t} WHERE id = -3;
UPDATE {t} SET name = 'x' WHERE id = 6;
