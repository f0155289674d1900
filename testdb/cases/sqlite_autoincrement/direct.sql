CREATE TABLE c (id INTEGER PRIMARY KEY AUTOINCREMENT, n text);
INSERT INTO c SELECT id, n + 1 FROM counted;
UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'counted') WHERE name = 'c';
DROP TABLE counted;
ALTER TABLE c RENAME TO counted;
