CREATE TABLE heap (n integer, t text);
INSERT INTO heap VALUES (1, NULL);
