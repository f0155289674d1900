CREATE TABLE bookings (id integer PRIMARY KEY, during int4range NOT NULL, room int4range, note text);
INSERT INTO bookings VALUES (1, '[1,5)', '[1,2)', 'a'), (2, '[5,9)', '[1,2)', NULL), (3, '[1,3)', '[2,3)', NULL);
ALTER TABLE bookings ADD CONSTRAINT bookings_once
  EXCLUDE USING gist (during WITH &&, room WITH &&) INCLUDE (note) WITH (fillfactor = 80) WHERE (id > 0);
ALTER TABLE bookings ADD CONSTRAINT bookings_later
  EXCLUDE USING gist (during WITH =) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE bookings ADD CONSTRAINT bookings_other EXCLUDE USING gist (room WITH =) WHERE (id > 100);
COMMENT ON CONSTRAINT bookings_once ON bookings IS 'one at a time';
COMMENT ON INDEX bookings_once IS 'by time and room';
ALTER TABLE bookings CLUSTER ON bookings_later;
