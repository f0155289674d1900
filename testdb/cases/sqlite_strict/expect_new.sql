SELECT id, n, quote(any_thing), r FROM {t} ORDER BY id;
