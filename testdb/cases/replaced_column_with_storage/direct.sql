UPDATE docs SET body = upper(body);
