INSERT INTO lines VALUES (10, '', 8);
UPDATE lines SET a = 3 WHERE b = 'x';
