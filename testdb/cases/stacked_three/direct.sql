ALTER TABLE users ALTER COLUMN age TYPE bigint USING age + 100;
ALTER TABLE users ADD COLUMN city text;
UPDATE users SET city = 'c' || age;
ALTER TABLE users RENAME TO people;
ALTER TABLE people DROP COLUMN email;
ALTER TABLE people RENAME COLUMN age TO years;
