CREATE UNLOGGED TABLE scratch (id integer PRIMARY KEY, item text);
CREATE INDEX scratch_item ON scratch (item);
