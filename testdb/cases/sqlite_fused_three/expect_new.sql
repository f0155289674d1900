SELECT id, full_name, years, city FROM {users} ORDER BY id;
