CREATE TABLE bookings (id integer PRIMARY KEY, during int4range, room int4range);
INSERT INTO bookings SELECT i, int4range(i, i + 1) FROM generate_series(1, 1001) AS i;
ALTER TABLE bookings ADD CONSTRAINT bookings_once EXCLUDE USING gist (room WITH =, during WITH &&);
