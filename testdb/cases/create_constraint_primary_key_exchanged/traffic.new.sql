INSERT INTO {stock} VALUES (5, 'west', 1);
