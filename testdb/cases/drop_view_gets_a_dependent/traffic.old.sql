CREATE VIEW later AS SELECT id FROM adults;
