UPDATE users SET name = 'rob roy' WHERE id = 2;
INSERT INTO users VALUES (3, 'cy');
