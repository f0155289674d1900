ALTER TABLE users RENAME TO people;
ALTER TABLE people RENAME COLUMN id TO person;
ALTER TABLE people ADD COLUMN code integer;
UPDATE people SET code = person * 10;
ALTER TABLE people ADD CONSTRAINT people_code_key UNIQUE (code);
CREATE TABLE visits (
  id integer PRIMARY KEY,
  person integer CONSTRAINT visits_person REFERENCES people (person),
  code integer,
  CONSTRAINT visits_code FOREIGN KEY (code) REFERENCES people (code)
);
ALTER TABLE pets ADD COLUMN keeper integer;
UPDATE pets SET keeper = owner;
ALTER TABLE pets ADD CONSTRAINT pets_keeper FOREIGN KEY (keeper) REFERENCES people (person);
ALTER TABLE people ADD COLUMN boss integer CONSTRAINT people_boss REFERENCES people (person);
ALTER TABLE pets ADD CONSTRAINT pets_owner FOREIGN KEY (owner) REFERENCES people (person) ON DELETE SET NULL;
