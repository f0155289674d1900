INSERT INTO codes VALUES ('5', 'five');
UPDATE codes SET code = '42' WHERE code = '41';
