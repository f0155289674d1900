INSERT INTO users (id, name, age, email) VALUES (10, 'Old', 1, NULL);
UPDATE users SET age = 37 WHERE id = 1;
DELETE FROM users WHERE id = 3;
