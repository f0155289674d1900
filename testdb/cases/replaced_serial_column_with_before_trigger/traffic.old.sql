INSERT INTO counted (n) VALUES (3);
