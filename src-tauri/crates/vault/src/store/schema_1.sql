-- Rooted: every row of these counts in the row root. Written by store::rooted alone;
-- no CASCADE, no REPLACE, no triggers.
CREATE TABLE project (
    id          BLOB PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    created_at  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE environment (
    id          BLOB PRIMARY KEY,
    revision    INTEGER NOT NULL,
    project     BLOB NOT NULL REFERENCES project (id),
    name        TEXT NOT NULL,
    tier        INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (project, name)
) WITHOUT ROWID;

CREATE TABLE credential (
    id            BLOB PRIMARY KEY,
    revision      INTEGER NOT NULL,
    environment   BLOB NOT NULL REFERENCES environment (id),
    name          TEXT NOT NULL,
    provider      TEXT,
    fields        TEXT NOT NULL,
    details       TEXT,
    expires       TEXT,
    rotate_every  INTEGER,
    rotate_due    TEXT,
    rotated_at    INTEGER,
    snoozed_until TEXT,
    lead_times    TEXT,
    source_id     TEXT,
    revoked_at    INTEGER,
    deleted_at    INTEGER,
    created_at    INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX credential_living_name ON credential (environment, name) WHERE deleted_at IS NULL;

CREATE TABLE version (
    credential  BLOB NOT NULL REFERENCES credential (id),
    number      INTEGER NOT NULL,
    id          BLOB NOT NULL,
    label       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    grace_until INTEGER,
    sealed      BLOB,
    PRIMARY KEY (credential, number)
) WITHOUT ROWID;

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE trusted (
    path       TEXT PRIMARY KEY,
    sha256     BLOB NOT NULL,
    production INTEGER NOT NULL,
    allowed_at INTEGER NOT NULL
) WITHOUT ROWID;

-- The state of the rows: generation, root and what it follows from.
CREATE TABLE meta (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    vault      BLOB NOT NULL,
    epoch      INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    sum        BLOB NOT NULL,
    rows       INTEGER NOT NULL,
    state      BLOB NOT NULL,
    previous   BLOB NOT NULL,
    flushes    INTEGER NOT NULL
);

-- The log protects itself by its chain.
CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    claimed  TEXT NOT NULL,
    action   TEXT NOT NULL,
    subjects BLOB NOT NULL,
    outcome  TEXT NOT NULL,
    version  INTEGER NOT NULL,
    detail   TEXT NOT NULL,
    mac      BLOB NOT NULL
);

-- Which living credential fills a variable. Follows from `credential` and is written with
-- it, so that a variable is looked up and not searched for.
CREATE TABLE filled (
    environment BLOB NOT NULL,
    variable    TEXT NOT NULL,
    credential  BLOB NOT NULL,
    PRIMARY KEY (environment, variable)
) WITHOUT ROWID;
CREATE INDEX filled_by ON filled (credential);

-- A cache of what the log says; could be made again from it.
CREATE TABLE usage (
    credential BLOB PRIMARY KEY,
    last_used  INTEGER NOT NULL,
    uses       INTEGER NOT NULL
) WITHOUT ROWID;
