INSERT INTO users (id, name) VALUES (10, 'Old');
INSERT INTO users (id) VALUES (13);
UPDATE users SET name = 'Ada L.' WHERE id = 1;
-- fails: 23514
UPDATE users SET name = '' WHERE id = 2;
DELETE FROM users WHERE id = 3;
