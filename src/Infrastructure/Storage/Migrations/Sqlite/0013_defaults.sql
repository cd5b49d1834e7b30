-- What somebody has chosen for all of their conversations. What is null is as place and installation have it.
CREATE TABLE user_default (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES app_user (id) DEFERRABLE INITIALLY DEFERRED,
    model TEXT,
    system_prompt TEXT
) WITHOUT ROWID;

-- The one row that there is: what holds where nobody has chosen anything.
CREATE TABLE installation_default (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    model TEXT
);

INSERT INTO installation_default (id) VALUES (1);
