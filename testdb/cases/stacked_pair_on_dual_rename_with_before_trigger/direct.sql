ALTER TABLE users RENAME COLUMN age TO years;
ALTER TABLE users ALTER COLUMN years TYPE bigint USING years + 100;
