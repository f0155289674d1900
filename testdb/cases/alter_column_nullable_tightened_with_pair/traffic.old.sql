INSERT INTO users (id, name, age) VALUES (10, 'Old', NULL);
UPDATE users SET age = NULL WHERE id = 1;
