INSERT INTO lines VALUES (3, 'Old', 1);
UPDATE lines SET b = 'X', n = 8 WHERE a = 2;
DELETE FROM lines WHERE b = 'Y';
