CREATE INDEX users_name ON users (name DESC, email COLLATE NOCASE);
