SELECT * FROM {stock} ORDER BY id;
