INSERT INTO users (id, name, age) VALUES (10, 'Old', 1);
INSERT INTO pets (id, name) VALUES (2, 'Tom');
