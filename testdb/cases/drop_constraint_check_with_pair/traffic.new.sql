INSERT INTO {orders} (id, customer, placed, shipped) VALUES (11, 2, 300, 301);
UPDATE {orders} SET note = 'changed' WHERE id = 1;
