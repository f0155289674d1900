CREATE MATERIALIZED VIEW ages AS SELECT age, count(*) AS users FROM users GROUP BY age;
