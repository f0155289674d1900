ALTER TABLE stock ADD CONSTRAINT stock_key PRIMARY KEY (shop, item);
