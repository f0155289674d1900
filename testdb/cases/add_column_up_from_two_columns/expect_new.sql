SELECT id, name, age, email, city FROM {users} ORDER BY id;
