ALTER TABLE users ALTER COLUMN email TYPE integer USING nullif(email, '')::integer;
