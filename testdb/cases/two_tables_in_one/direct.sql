ALTER TABLE users ALTER COLUMN age TYPE bigint;
UPDATE pets SET name = upper(name);
ALTER TABLE pets RENAME COLUMN owner TO keeper;
