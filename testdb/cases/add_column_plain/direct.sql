ALTER TABLE users ADD COLUMN city text;
COMMENT ON COLUMN users.city IS 'where they live';
