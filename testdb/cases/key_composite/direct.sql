ALTER TABLE lines ALTER COLUMN amount TYPE bigint;
