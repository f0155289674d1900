INSERT INTO {t} VALUES ('new', '7');
DELETE FROM {t} WHERE code = '';
