INSERT INTO customers VALUES (4, 'Dan');
INSERT INTO orders VALUES (14, 4, 'old');
DELETE FROM customers WHERE id = 3;
UPDATE orders SET customer = 1 WHERE id = 11;
