INSERT INTO {users} (id, name, work) VALUES (11, 'New', 'a@b');
-- fails: 23514
INSERT INTO {users} (id, name, work) VALUES (12, 'No', 'b');
