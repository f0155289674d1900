INSERT INTO {tags} VALUES ('new', '6', 'n');
UPDATE {tags} SET tag = 'c' WHERE tag = '';
INSERT INTO {tags} VALUES ('b', '9', 'z') ON CONFLICT (tag) DO UPDATE SET n = excluded.n;
