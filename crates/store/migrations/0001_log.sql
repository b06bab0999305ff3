CREATE TABLE document (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    change_bytes INTEGER NOT NULL DEFAULT 0,
    last_sequence INTEGER NOT NULL DEFAULT 0,
    UNIQUE (kind, id)
) STRICT;

CREATE TABLE change (
    sequence INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES document (number),
    hash BLOB NOT NULL,
    actor TEXT NOT NULL,
    actor_sequence INTEGER NOT NULL,
    made_at_ms INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (document, hash)
) STRICT;

CREATE INDEX change_by_document ON change (document, sequence);

CREATE TRIGGER change_is_never_updated BEFORE UPDATE ON change
BEGIN
    SELECT raise(ABORT, 'the change log is append-only');
END;

CREATE TRIGGER change_is_never_deleted BEFORE DELETE ON change
BEGIN
    SELECT raise(ABORT, 'the change log is append-only');
END;

CREATE TABLE attestation (
    document INTEGER NOT NULL REFERENCES document (number),
    head BLOB NOT NULL,
    device TEXT NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (document, head, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
    document INTEGER PRIMARY KEY REFERENCES document (number),
    through_sequence INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE quarantine (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    hash BLOB NOT NULL,
    actor TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL,
    words TEXT NOT NULL DEFAULT '',
    noted_at_ms INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (kind, id, hash)
) STRICT;
