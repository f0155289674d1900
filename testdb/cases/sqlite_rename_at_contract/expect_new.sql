SELECT id, age FROM {users} ORDER BY id;
