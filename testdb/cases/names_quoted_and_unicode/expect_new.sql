SELECT "ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM" FROM {Order Items} ORDER BY 1;
