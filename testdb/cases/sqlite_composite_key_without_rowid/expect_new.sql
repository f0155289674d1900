SELECT a, b, n FROM {lines} ORDER BY a, b;
