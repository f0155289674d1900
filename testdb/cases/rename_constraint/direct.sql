ALTER TABLE orders RENAME CONSTRAINT placed_sane TO "placed is sane";
ALTER TABLE customers RENAME CONSTRAINT customers_code_key TO code_unique;
