CREATE TABLE words (word text PRIMARY KEY, n integer);
INSERT INTO words VALUES ('', 1), ('a', NULL), ('ä', 3);
