SELECT id, n FROM {counted} ORDER BY id;
