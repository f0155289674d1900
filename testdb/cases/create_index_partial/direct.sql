CREATE INDEX users_adult ON users (age) WHERE age >= 18 AND name <> '';
