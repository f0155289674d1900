INSERT INTO {users} (id, name) VALUES (20, 'New') ON CONFLICT (name, email) DO NOTHING;
INSERT INTO {codes} VALUES ('c', '5', 'five');
UPDATE {users} SET name = 'Bob' WHERE id = 2;
