INSERT INTO users (id, name, age) VALUES (10, '', 1);
UPDATE users SET name = 'B' WHERE id = 2;
