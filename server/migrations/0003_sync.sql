CREATE TABLE epoch (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id TEXT NOT NULL,
    began_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE feed (
    audience TEXT NOT NULL,
    last INTEGER NOT NULL,
    document INTEGER NOT NULL REFERENCES document (number),
    first INTEGER NOT NULL,
    PRIMARY KEY (audience, last, document)
) STRICT, WITHOUT ROWID;

CREATE INDEX feed_by_document ON feed (document, audience);

CREATE TABLE device_progress (
    device TEXT PRIMARY KEY REFERENCES device (id),
    position INTEGER NOT NULL,
    last BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    device TEXT NOT NULL,
    received_at_ms INTEGER NOT NULL
) STRICT;
