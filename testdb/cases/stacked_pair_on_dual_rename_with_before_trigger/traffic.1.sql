UPDATE users SET years = years + 1 WHERE id = 1;
INSERT INTO users (id, name, years) VALUES (20, 'Between', 120);
UPDATE users SET years = years - 1 WHERE id = 1;
DELETE FROM users WHERE id = 20;
