ALTER TABLE orders DROP CONSTRAINT placed_sane;
