ALTER TABLE users ADD COLUMN city text UNIQUE CONSTRAINT city_short CHECK (length(city) < 20);
UPDATE users SET city = 'c' || id;
ALTER TABLE users ALTER COLUMN city SET NOT NULL;
