INSERT INTO {orders} (id, customer, placed, shipped) VALUES (11, 2, 30, 31);
UPDATE {orders} SET note = 'changed' WHERE id = 1;
-- fails: 23503
INSERT INTO {orders} (id, customer, placed) VALUES (12, 99, 30);
