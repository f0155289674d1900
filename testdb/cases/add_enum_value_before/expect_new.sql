SELECT id, mood FROM {users} ORDER BY mood, id;
