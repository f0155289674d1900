INSERT INTO {users} (id, name, years) VALUES (11, 'New', 105);
UPDATE {users} SET years = 141 WHERE id = 2;
INSERT INTO {users} (id, name, years) VALUES (12, 'Dual', 130);
