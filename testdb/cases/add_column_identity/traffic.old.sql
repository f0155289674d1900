INSERT INTO users (id, name) VALUES (10, 'Old');
UPDATE users SET name = 'Bea' WHERE id = 2;
