SELECT word, n FROM {words} ORDER BY word;
