CREATE TABLE n (
  "ID" integer PRIMARY KEY,
  "Straße ""x""" varchar(50),
  "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" bigint,
  "FROM" text
);
INSERT INTO n SELECT "ID", upper("Straße ""x"""), "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "select" FROM "Order Items";
DROP TABLE "Order Items";
ALTER TABLE n RENAME TO "Order Items";
CREATE INDEX "Idx über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht" ON "Order Items" ("Straße ""x""");
