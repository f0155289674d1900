CREATE TABLE lines (a integer, b text, amount integer NOT NULL DEFAULT 0, PRIMARY KEY (a, b));
INSERT INTO lines VALUES (1, 'x', 5), (1, 'y', 6), (2, 'x', 7);
