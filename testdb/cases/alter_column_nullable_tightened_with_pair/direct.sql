UPDATE users SET age = coalesce(age, 0);
ALTER TABLE users ALTER COLUMN age SET NOT NULL;
