UPDATE users SET name = 'toor';
INSERT INTO users VALUES (3, 'root2', 1);
