SELECT a, b, amount FROM {lines} ORDER BY 1, 2;
