INSERT INTO scrap VALUES (2, 'y');
