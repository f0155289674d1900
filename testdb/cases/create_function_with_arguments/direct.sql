CREATE FUNCTION half(whole integer) RETURNS integer IMMUTABLE RETURN whole / 2;
