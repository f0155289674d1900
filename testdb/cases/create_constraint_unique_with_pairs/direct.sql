UPDATE orders SET placed = placed + id * 1000;
ALTER TABLE orders ADD CONSTRAINT one_a_day UNIQUE (customer, placed);
