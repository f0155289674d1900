SELECT id, at FROM {events} ORDER BY id;
