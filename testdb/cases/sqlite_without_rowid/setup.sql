CREATE TABLE tags (tag text NOT NULL PRIMARY KEY, n integer, note text) WITHOUT ROWID;
INSERT INTO tags VALUES ('', 1, NULL), ('a', NULL, ''), ('b', 3, 'x');
