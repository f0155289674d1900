ALTER TABLE orders RENAME CONSTRAINT placed_sane TO placed_known;
ALTER TABLE orders ALTER COLUMN placed TYPE bigint;
