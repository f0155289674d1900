SELECT id, name, email, city FROM {users} ORDER BY id;
