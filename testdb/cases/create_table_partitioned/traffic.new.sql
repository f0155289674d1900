-- fails: 23514
INSERT INTO {readings} (id, taken_at, place) VALUES (1, '2026-01-01', 'Bern');
