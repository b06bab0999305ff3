CREATE TABLE person (
    id TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL COLLATE NOCASE UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    password_one_time INTEGER NOT NULL DEFAULT 1,
    created_at_ms INTEGER NOT NULL,
    locked_at_ms INTEGER
) STRICT;

CREATE TABLE person_grant (
    person TEXT NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    unit TEXT NOT NULL,
    granted_at_ms INTEGER NOT NULL,
    PRIMARY KEY (person, role, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    token_hash BLOB NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id),
    started_at_ms INTEGER NOT NULL,
    seen_at_ms INTEGER NOT NULL,
    ends_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_person ON session (person);

CREATE TABLE device (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id),
    public_key BLOB NOT NULL UNIQUE,
    token_hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    platform TEXT NOT NULL,
    enrolled_at_ms INTEGER NOT NULL,
    seen_at_ms INTEGER,
    locked_at_ms INTEGER
) STRICT;

CREATE INDEX device_person ON device (person);

CREATE TABLE enrolment_code (
    code_hash BLOB NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id),
    made_by TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    ends_at_ms INTEGER NOT NULL,
    used_at_ms INTEGER,
    device TEXT REFERENCES device (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    who TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TRIGGER audit_event_is_never_changed BEFORE UPDATE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END;

CREATE TRIGGER audit_event_is_never_removed BEFORE DELETE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit events are never removed'); END;
