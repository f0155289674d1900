ALTER TABLE users ADD COLUMN city text;
UPDATE users SET city = upper(name);
ALTER TABLE users ALTER COLUMN city SET NOT NULL;
