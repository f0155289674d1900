INSERT INTO {counted} (n) VALUES ('21');
UPDATE {counted} SET n = '0' WHERE id = 1;
