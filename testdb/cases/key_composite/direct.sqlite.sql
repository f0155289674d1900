CREATE TABLE n (a integer, b text, amount bigint NOT NULL DEFAULT 0, PRIMARY KEY (a, b));
INSERT INTO n SELECT * FROM lines;
DROP TABLE lines;
ALTER TABLE n RENAME TO lines;
