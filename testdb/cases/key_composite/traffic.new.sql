INSERT INTO {lines} (a, b) VALUES (11, 'n');
UPDATE {lines} SET amount = 66 WHERE b = 'y';
