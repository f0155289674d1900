DROP TABLE scrap;
