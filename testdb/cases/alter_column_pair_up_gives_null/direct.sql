ALTER TABLE users ALTER COLUMN email TYPE integer USING CASE WHEN email ~ '^[0-9]+$' THEN email::integer END;
