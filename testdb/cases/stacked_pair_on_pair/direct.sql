ALTER TABLE users ALTER COLUMN age TYPE bigint USING age + 100;
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;
