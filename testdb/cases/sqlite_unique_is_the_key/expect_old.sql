SELECT code, n FROM t ORDER BY code;
