SELECT id, name, age, email FROM {users} ORDER BY id;
SELECT id, name FROM adults ORDER BY id;
