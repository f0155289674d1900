CREATE DOMAIN address AS text CHECK (VALUE LIKE '%@%');
ALTER TABLE users ADD COLUMN work address;
