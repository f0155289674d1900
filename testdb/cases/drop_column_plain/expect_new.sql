SELECT id, name, age FROM {users} ORDER BY id;
SELECT * FROM {users} ORDER BY id;
