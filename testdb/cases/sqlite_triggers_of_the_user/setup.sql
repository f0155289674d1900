CREATE TABLE t (id INTEGER PRIMARY KEY, n integer, name text);
CREATE TABLE log (id INTEGER PRIMARY KEY, what text);
CREATE TRIGGER t_first BEFORE INSERT ON t WHEN new.name = 'bad' BEGIN SELECT RAISE(ABORT, 'bad name'); END;
CREATE TRIGGER t_insert AFTER INSERT ON t BEGIN INSERT INTO log (what) VALUES ('i' || new.id); END;
CREATE TRIGGER t_update AFTER UPDATE OF name ON t BEGIN INSERT INTO log (what) VALUES ('u' || new.id || new.name); END;
CREATE TRIGGER t_keep BEFORE DELETE ON t WHEN old.id = 99 BEGIN SELECT RAISE(IGNORE); END;
INSERT INTO t VALUES (1, 5, 'a'), (99, NULL, 'kept');
