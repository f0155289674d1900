CREATE TABLE readings (id bigint NOT NULL, taken_at timestamptz NOT NULL, place text NOT NULL)
  PARTITION BY RANGE (taken_at, lower(place));
CREATE INDEX readings_at ON readings (taken_at);
COMMENT ON TABLE readings IS 'by month';
