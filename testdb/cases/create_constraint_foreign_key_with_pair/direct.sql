UPDATE orders SET customer = NULL WHERE customer = 99;
ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer)
  REFERENCES customers (id);
