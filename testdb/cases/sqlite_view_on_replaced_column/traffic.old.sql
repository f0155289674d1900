INSERT INTO users (id, name, age) VALUES (10, 'Old', 1);
