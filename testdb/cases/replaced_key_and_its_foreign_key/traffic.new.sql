INSERT INTO {customers} (id, name) VALUES ('c6', 'Fay');
INSERT INTO {orders} (id, customer, note) VALUES (16, 'c6', 'new');
DELETE FROM {customers} WHERE id = 'c2';
-- fails: 23503
INSERT INTO {orders} (id, customer) VALUES (17, 'c98');
