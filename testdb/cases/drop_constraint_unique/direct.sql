ALTER TABLE customers DROP CONSTRAINT customers_code_key;
