UPDATE users SET name = name || coalesce(' (' || age || ')', '');
