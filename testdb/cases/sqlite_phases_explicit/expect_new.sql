SELECT id, name, upper_name FROM {users} ORDER BY id;
