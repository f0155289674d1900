SELECT id, name, age, email, city IS NOT NULL FROM {users} ORDER BY id;
SELECT count(DISTINCT city) FROM {users};
SELECT id FROM {users} WHERE city = '00000000-0000-0000-0000-000000000001';
