SELECT id, full_name, age FROM {users} ORDER BY id;
