CREATE SEQUENCE tickets AS integer START WITH 100 INCREMENT BY 5;
CREATE TABLE tickets_sold (id integer PRIMARY KEY DEFAULT nextval('tickets'));
