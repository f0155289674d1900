CREATE TABLE lines (a integer, b text, amount integer, CONSTRAINT lines_key PRIMARY KEY (b, a));
INSERT INTO lines VALUES (1, 'x', 5), (1, 'y', 6);
