INSERT INTO tags VALUES ('old', 5, 'o');
UPDATE tags SET tag = 'a2', n = 7 WHERE tag = 'a';
INSERT OR REPLACE INTO tags VALUES ('b', 4, 'y');
