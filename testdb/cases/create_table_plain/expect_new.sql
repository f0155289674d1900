SELECT id, item, amount FROM {orders} ORDER BY id;
SELECT count(*) FROM {users};
