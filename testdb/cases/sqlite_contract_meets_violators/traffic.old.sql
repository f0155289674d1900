INSERT INTO users (id, name) VALUES (10, 'Ada');
