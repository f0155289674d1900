ALTER TABLE orders ADD CONSTRAINT one_a_day UNIQUE (customer, placed) INCLUDE (shipped)
  WITH (fillfactor = 80) DEFERRABLE;
