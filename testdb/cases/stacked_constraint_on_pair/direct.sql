ALTER TABLE orders ALTER COLUMN placed TYPE bigint USING placed * 10;
ALTER TABLE orders ADD CONSTRAINT placed_sane CHECK (placed > 0);
ALTER TABLE orders ADD CONSTRAINT placed_once UNIQUE (placed, id);
