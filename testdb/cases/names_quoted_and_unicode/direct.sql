ALTER TABLE "Order Items" ALTER COLUMN "Straße ""x""" TYPE varchar(50) USING upper("Straße ""x""");
ALTER TABLE "Order Items" ALTER COLUMN "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" TYPE bigint;
ALTER TABLE "Order Items" RENAME COLUMN "select" TO "FROM";
