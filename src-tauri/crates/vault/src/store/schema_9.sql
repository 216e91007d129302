-- Rooted: what an automatic rotation is about to ask of a provider, or has asked, one at a time for
-- a credential; written before it is asked. `tag` is the name of the key at the provider by which
-- it is found again, `admin` the credential with whose rights it is asked, `key_id` the id of the
-- key that was made there, `known` those that were there before, where keys have no names. `attempts` counts how often one was asked for.
CREATE TABLE automation (
    credential BLOB PRIMARY KEY REFERENCES credential (id),
    stage      INTEGER NOT NULL,
    tag        TEXT NOT NULL,
    admin      BLOB,
    key_id     TEXT,
    known      TEXT,
    attempts   INTEGER NOT NULL,
    reason     TEXT,
    started_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) WITHOUT ROWID;
