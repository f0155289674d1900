CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, age text);
INSERT INTO users VALUES (1, 'Ada', '36'), (2, 'Ben', '7');
