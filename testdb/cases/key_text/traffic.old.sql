INSERT INTO words VALUES ('old', 8);
UPDATE words SET n = 2 WHERE word = '';
