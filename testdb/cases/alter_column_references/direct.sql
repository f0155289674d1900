ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer)
  REFERENCES customers (id) ON DELETE CASCADE;
