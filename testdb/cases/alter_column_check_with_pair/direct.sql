UPDATE users SET age = greatest(age, 18) WHERE age < 18 OR age IS NULL;
ALTER TABLE users ADD CONSTRAINT age_adult CHECK (age >= 18);
