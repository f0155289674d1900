SELECT * FROM {tags} ORDER BY tag;
