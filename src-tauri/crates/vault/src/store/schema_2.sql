-- Rooted: the saved ways to launch. Each lives in an environment, as credentials do.
CREATE TABLE profile (
    id          BLOB PRIMARY KEY,
    revision    INTEGER NOT NULL,
    name        TEXT NOT NULL UNIQUE,
    environment BLOB NOT NULL REFERENCES environment (id),
    recipe      TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL
) WITHOUT ROWID;
