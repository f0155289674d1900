CREATE INDEX users_name ON users (name DESC NULLS LAST) INCLUDE (age);
