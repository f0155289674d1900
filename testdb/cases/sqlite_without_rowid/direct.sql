CREATE TABLE new_tags (tag text NOT NULL PRIMARY KEY, n text, note text) WITHOUT ROWID;
INSERT INTO new_tags SELECT tag, n + 1, note FROM tags;
DROP TABLE tags;
ALTER TABLE new_tags RENAME TO tags;
