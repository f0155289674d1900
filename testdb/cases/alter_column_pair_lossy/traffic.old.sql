INSERT INTO users (id, name, age) VALUES (10, 'Old', 1);
UPDATE users SET name = 'ADA' WHERE id = 1;
