INSERT INTO users (id, name, age) VALUES (10, 'Old', 36);
UPDATE users SET age = 7 WHERE id = 1;
INSERT INTO teams VALUES (3, '50');
