INSERT INTO {Order Items} ("ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") VALUES (11, 'NEW', 11, 'n');
UPDATE {Order Items} SET "FROM" = 'bern', "Straße ""x""" = 'B' WHERE "ID" = 2;
