CREATE INDEX users_lower ON users ((lower(name)));
