INSERT INTO users (id, name, email) VALUES (10, 'Old', 'x');
UPDATE users SET email = '5' WHERE id = 1;
