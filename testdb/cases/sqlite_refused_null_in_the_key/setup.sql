CREATE TABLE words (word text PRIMARY KEY, n integer);
INSERT INTO words VALUES (NULL, 1);
