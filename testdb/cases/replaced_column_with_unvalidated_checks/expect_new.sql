SELECT id, a FROM {t} ORDER BY id;
