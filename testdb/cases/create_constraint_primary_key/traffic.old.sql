INSERT INTO stock VALUES ('south', 2, 7);
UPDATE stock SET amount = 1 WHERE shop = 'north' AND item = 2;
DELETE FROM stock WHERE shop = 'north' AND item = 1;
