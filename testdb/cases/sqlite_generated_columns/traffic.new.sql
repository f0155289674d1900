INSERT INTO {t} (id, first, n) VALUES (4, 'd', '8');
UPDATE {t} SET n = '9', first = 'y' WHERE id = 2;
