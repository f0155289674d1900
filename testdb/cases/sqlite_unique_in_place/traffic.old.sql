INSERT INTO users (id, name, email) VALUES (10, 'Old', 'old@example.org');
INSERT OR REPLACE INTO users (id, name, email) VALUES (11, 'ADA L', 'ada@example.org');
DELETE FROM users WHERE id = 3;
UPDATE codes SET code = '4' WHERE label = 'one';
