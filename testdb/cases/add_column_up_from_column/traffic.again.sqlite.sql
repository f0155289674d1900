UPDATE {users} SET city = 'Rome' WHERE id = 1;
UPDATE {users} SET city = 'Bern' WHERE id = 11;
