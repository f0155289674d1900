ALTER TABLE users ADD COLUMN city integer CONSTRAINT users_city REFERENCES cities (id) ON DELETE SET NULL;
ALTER TABLE users ADD COLUMN home integer CONSTRAINT users_home REFERENCES cities (id);
UPDATE users SET home = age WHERE age IS NOT NULL;
