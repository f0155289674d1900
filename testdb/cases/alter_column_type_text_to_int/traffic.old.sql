INSERT INTO users (id, name, email) VALUES (10, 'Old', '44');
UPDATE users SET email = '13' WHERE id = 1;
