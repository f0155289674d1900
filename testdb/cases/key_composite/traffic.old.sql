INSERT INTO lines VALUES (10, '', 8);
UPDATE lines SET amount = 55, b = 'z' WHERE a = 1 AND b = 'x';
DELETE FROM lines WHERE a = 2;
