UPDATE users SET name = name || '#' || id;
ALTER TABLE users ADD CONSTRAINT users_name_unique UNIQUE (name);
