INSERT INTO users (id, name, email) VALUES (10, 'Old', 'x'), (12, 'Num', '7');
UPDATE users SET email = 'y' WHERE id = 2;
