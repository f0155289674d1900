INSERT INTO "Order Items" VALUES (10, 'old', 10, 'o');
UPDATE "Order Items" SET "Straße ""x""" = 'ada' WHERE "ID" = 1;
