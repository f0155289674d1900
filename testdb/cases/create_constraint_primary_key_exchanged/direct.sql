ALTER TABLE stock DROP CONSTRAINT stock_pkey;
ALTER TABLE stock ADD CONSTRAINT stock_pkey PRIMARY KEY (shop, item);
