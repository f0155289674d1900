CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s fine');
ALTER TABLE users ADD COLUMN mood mood;
