CREATE TABLE codes (code text PRIMARY KEY NOT NULL, name text);
CREATE INDEX codes_name ON codes (name);
INSERT INTO codes VALUES ('0', 'zero'), ('41', 'A'), ('-7', ''), ('1000000', NULL);
