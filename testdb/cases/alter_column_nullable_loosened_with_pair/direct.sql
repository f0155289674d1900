ALTER TABLE users ALTER COLUMN name DROP NOT NULL;
UPDATE users SET name = nullif(name, '');
