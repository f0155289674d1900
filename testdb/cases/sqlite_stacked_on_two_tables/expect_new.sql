SELECT id, name, age FROM {users} ORDER BY id;
SELECT id, name, legs FROM {animals} ORDER BY id;
