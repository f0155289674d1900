CREATE TABLE lines (a integer, b text COLLATE NOCASE, n integer NOT NULL DEFAULT 0, PRIMARY KEY (b DESC, a)) WITHOUT ROWID;
INSERT INTO lines VALUES (1, 'x', 5), (1, 'y', 6), (2, 'x', 7);
