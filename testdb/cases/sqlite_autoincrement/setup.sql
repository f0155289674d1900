CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, n integer);
INSERT INTO counted (n) VALUES (1), (2), (3);
DELETE FROM counted WHERE id = 3;
