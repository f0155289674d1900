INSERT INTO users (id, name, age) VALUES (10, 'Old', 1);
UPDATE users SET age = 37 WHERE id = 1;
DELETE FROM users WHERE id = 3;
