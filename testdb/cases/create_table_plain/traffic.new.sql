INSERT INTO {orders} (id, amount) VALUES (1, 5);
-- fails: 23514
INSERT INTO {orders} (id, amount) VALUES (2, 0);
