-- Rooted: the rotations that are open, one at a time for a credential. `replaced` is the version
-- that was current before: NULL while the new one is pending. `expires` and `rotate_due` are the
-- dates of that one; `found` is what its provider said of the new value, NULL if nobody asked.
CREATE TABLE rotation (
    credential BLOB PRIMARY KEY REFERENCES credential (id),
    version    INTEGER NOT NULL,
    replaced   INTEGER,
    expires    TEXT,
    rotate_due TEXT,
    found      INTEGER,
    found_at   INTEGER,
    started_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) WITHOUT ROWID;
