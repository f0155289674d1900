ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;
