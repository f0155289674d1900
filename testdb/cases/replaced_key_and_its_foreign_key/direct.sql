ALTER TABLE orders DROP CONSTRAINT orders_customer;
ALTER TABLE customers ALTER COLUMN id TYPE text USING 'c' || id;
ALTER TABLE orders ALTER COLUMN customer TYPE text USING 'c' || customer;
ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES customers (id)
  ON DELETE SET NULL;
COMMENT ON CONSTRAINT orders_customer ON orders IS 'who ordered';
