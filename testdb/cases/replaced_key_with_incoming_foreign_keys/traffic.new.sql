INSERT INTO {customers} (id, name, boss) VALUES (6, 'Fay', 1);
INSERT INTO {orders} VALUES (16, 6, 'new');
UPDATE {customers} SET id = 7 WHERE id = 5;
-- fails: 23503
INSERT INTO {orders} VALUES (17, 98, 'nobody');
