UPDATE {users} SET name = 'EVE!' WHERE id = 1;
INSERT INTO {users} (id, name, age) VALUES (4, 'DAN!', 2), (5, 'fay!', 3);
INSERT INTO {users} (id, name, age) VALUES (5, 'FAY!', 4)
  ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, age = EXCLUDED.age;
