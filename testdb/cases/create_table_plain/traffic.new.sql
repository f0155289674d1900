INSERT INTO {orders} (id, amount) VALUES (1, 5);
-- fails: 23514 SQLITE_CONSTRAINT_CHECK
INSERT INTO {orders} (id, amount) VALUES (2, 0);
