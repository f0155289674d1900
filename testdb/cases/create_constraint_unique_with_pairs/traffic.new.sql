INSERT INTO {orders} (id, customer, placed, shipped) VALUES (11, 2, 30, 31);
-- fails: 23505
INSERT INTO {orders} (id, customer, placed) VALUES (12, 2, 30);
UPDATE {orders} SET note = 'changed' WHERE id = 1;
