SELECT id, name, age, email FROM {users} ORDER BY id;
SELECT id, keeper, name FROM {pets} ORDER BY id;
