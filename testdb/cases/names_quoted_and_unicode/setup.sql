CREATE TABLE "Order Items" (
  "ID" integer PRIMARY KEY,
  "Straße ""x""" text,
  "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" integer,
  "select" text
);
CREATE INDEX "Idx über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht" ON "Order Items" ("Straße ""x""");
INSERT INTO "Order Items" VALUES (1, 'a', 1, 's'), (2, NULL, 2, '');
