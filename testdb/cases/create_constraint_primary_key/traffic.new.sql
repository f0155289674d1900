INSERT INTO {stock} VALUES ('west', 1, 1);
UPDATE {stock} SET amount = 2 WHERE shop = 'south';
