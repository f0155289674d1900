UPDATE users SET name = 'ROB' WHERE id = 2;
INSERT INTO users VALUES (3, 'CY', 1);
