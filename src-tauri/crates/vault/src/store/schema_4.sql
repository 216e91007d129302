-- Rooted: a path may have several trusted contents, as on the branches of a repository. The rows
-- are the same. The old table goes first, so that the new one takes its pages.
CREATE TEMP TABLE contents AS SELECT path, sha256, production, allowed_at FROM trusted;
DROP TABLE trusted;
CREATE TABLE trusted (
    path       TEXT NOT NULL,
    sha256     BLOB NOT NULL,
    production INTEGER NOT NULL,
    allowed_at INTEGER NOT NULL,
    PRIMARY KEY (path, sha256)
) WITHOUT ROWID;
INSERT INTO trusted SELECT path, sha256, production, allowed_at FROM contents;
DROP TABLE contents;
