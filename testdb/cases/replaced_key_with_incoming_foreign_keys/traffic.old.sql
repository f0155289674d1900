INSERT INTO customers VALUES (4, 'Dan', 2);
INSERT INTO orders VALUES (14, 4, 'old');
UPDATE customers SET id = 5 WHERE id = 3;
DELETE FROM customers WHERE id = 4;
-- fails: 23503
INSERT INTO orders VALUES (15, 99, 'nobody');
