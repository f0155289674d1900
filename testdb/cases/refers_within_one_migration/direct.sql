CREATE TABLE places (id integer PRIMARY KEY);
ALTER TABLE users RENAME TO people;
ALTER TABLE people RENAME COLUMN id TO person;
CREATE TABLE visits (
  id integer PRIMARY KEY,
  place integer CONSTRAINT visits_place REFERENCES places (id),
  person integer CONSTRAINT visits_person REFERENCES people (person),
  after integer CONSTRAINT visits_after REFERENCES visits (id)
);
ALTER TABLE teams ALTER COLUMN code TYPE integer USING CAST(code AS integer);
ALTER TABLE people ADD COLUMN team integer;
UPDATE people SET team = age;
ALTER TABLE people ADD CONSTRAINT people_team FOREIGN KEY (team) REFERENCES teams (code);
ALTER TABLE people ADD COLUMN boss integer CONSTRAINT people_boss REFERENCES people (person);
ALTER TABLE pets ADD COLUMN home integer CONSTRAINT pets_home REFERENCES places (id);
ALTER TABLE pets ADD CONSTRAINT pets_owner FOREIGN KEY (owner) REFERENCES people (person);
