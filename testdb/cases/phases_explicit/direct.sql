ALTER TABLE users ADD COLUMN upper_name text;
UPDATE users SET upper_name = upper(name);
ALTER TABLE users ADD CONSTRAINT named CHECK (upper_name = upper(name)) NOT VALID;
