SELECT * FROM stock ORDER BY shop, item;
