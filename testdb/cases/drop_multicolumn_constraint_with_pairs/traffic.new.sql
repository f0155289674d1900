INSERT INTO {orders} (id, customer, placed, shipped) VALUES (11, 2, 30, 5);
UPDATE {orders} SET note = 'changed' WHERE id = 1;
