COMMENT ON COLUMN users.age IS 'years';
