CREATE TABLE n (a bigint, b text, amount integer, CONSTRAINT lines_key PRIMARY KEY (b, a));
INSERT INTO n SELECT * FROM lines;
DROP TABLE lines;
ALTER TABLE n RENAME TO lines;
