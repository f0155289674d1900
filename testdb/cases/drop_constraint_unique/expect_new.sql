SELECT * FROM {customers} ORDER BY id;
