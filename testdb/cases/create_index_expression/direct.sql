CREATE INDEX users_lower ON users (lower(name) text_pattern_ops);
