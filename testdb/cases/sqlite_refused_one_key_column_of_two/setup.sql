CREATE TABLE lines (a integer, b text, PRIMARY KEY (a, b));
INSERT INTO lines VALUES (1, 'x');
