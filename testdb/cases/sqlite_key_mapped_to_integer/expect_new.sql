SELECT code, name FROM {codes} ORDER BY code;
