INSERT INTO {codes} VALUES (6, 'six');
UPDATE {codes} SET code = 8 WHERE code = 5;
INSERT INTO {codes} VALUES (6, 'sechs') ON CONFLICT (code) DO UPDATE SET name = excluded.name;
DELETE FROM {codes} WHERE code = -7;
