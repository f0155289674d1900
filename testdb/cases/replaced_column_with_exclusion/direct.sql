ALTER TABLE bookings ALTER COLUMN during TYPE int8range USING int8range(lower(during), upper(during));
