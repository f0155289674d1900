SELECT id, name, boss FROM customers ORDER BY id;
SELECT * FROM orders ORDER BY id;
