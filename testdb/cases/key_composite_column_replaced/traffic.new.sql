INSERT INTO {lines} (a, b) VALUES (5000000, 'n');
-- fails: 23505
INSERT INTO {lines} (a, b) VALUES (1, 'y');
