CREATE TABLE users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email text CONSTRAINT email_short CHECK (length(email) < 100)
);
INSERT INTO users VALUES (1, 'Ada', 36, 'ada@example.org'), (2, 'Bob', NULL, ''), (3, '', 7, NULL);
CREATE INDEX users_email ON users (email);
CREATE INDEX users_email_age ON users (email, age) WHERE age > 0;
