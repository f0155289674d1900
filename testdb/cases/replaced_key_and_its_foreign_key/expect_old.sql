SELECT id, name FROM customers ORDER BY name;
SELECT id, customer, note FROM orders ORDER BY id;
