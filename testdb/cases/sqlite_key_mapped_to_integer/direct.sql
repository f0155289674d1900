CREATE TABLE c (code INTEGER PRIMARY KEY NOT NULL, name text);
INSERT INTO c SELECT code, name FROM codes;
DROP TABLE codes;
ALTER TABLE c RENAME TO codes;
CREATE INDEX codes_name ON codes (name);
