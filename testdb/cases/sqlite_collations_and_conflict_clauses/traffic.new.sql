INSERT INTO {t} (id, n, name, code) VALUES (7, '9', 'Eve', 'c');
INSERT INTO {t} VALUES (8, '9', NULL, 'h');
UPDATE {t} SET name = 'BOB' WHERE id = 2;
