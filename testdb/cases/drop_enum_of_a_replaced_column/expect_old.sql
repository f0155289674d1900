SELECT id, mood FROM {users} ORDER BY id;
