CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    change INTEGER NOT NULL UNIQUE REFERENCES change (sequence),
    document INTEGER NOT NULL REFERENCES document (number)
) STRICT;

CREATE TABLE photo (
    hash TEXT PRIMARY KEY,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    state TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE undone (
    change INTEGER PRIMARY KEY REFERENCES change (sequence)
) STRICT;
