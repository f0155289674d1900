INSERT INTO orders (id, customer, placed) VALUES (10, 1, 20);
UPDATE orders SET shipped = 14 WHERE id = 2;
DELETE FROM orders WHERE id = 3;
