SELECT id, customer, placed, shipped, note FROM orders ORDER BY id;
