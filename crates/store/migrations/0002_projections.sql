CREATE TABLE inspection (
    id TEXT PRIMARY KEY,
    unit TEXT NOT NULL,
    task TEXT,
    dimension TEXT NOT NULL,
    specialty TEXT NOT NULL,
    inspector TEXT NOT NULL,
    device TEXT NOT NULL,
    point_no TEXT NOT NULL,
    point_name TEXT NOT NULL,
    point_kind TEXT NOT NULL,
    asset_no TEXT,
    customer_no TEXT,
    checklist TEXT NOT NULL,
    state TEXT NOT NULL,
    shared_with_unit INTEGER NOT NULL,
    started_at_ms INTEGER NOT NULL,
    arrived_at_ms INTEGER,
    finished_at_ms INTEGER,
    signed_at_ms INTEGER,
    latitude_deg REAL,
    longitude_deg REAL,
    accuracy_m REAL,
    answer_count INTEGER NOT NULL,
    photo_count INTEGER NOT NULL,
    finding_count INTEGER NOT NULL,
    doubt_count INTEGER NOT NULL,
    conflict_count INTEGER NOT NULL,
    unread_count INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX inspection_by_start ON inspection (started_at_ms DESC, id DESC);
CREATE INDEX inspection_by_unit ON inspection (unit, started_at_ms DESC, id DESC);
CREATE INDEX inspection_by_task ON inspection (task) WHERE task IS NOT NULL;

CREATE TABLE inspection_register (
    inspection TEXT NOT NULL,
    slot TEXT NOT NULL,
    obis TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    value TEXT NOT NULL,
    unit TEXT NOT NULL,
    read_at_ms INTEGER NOT NULL,
    source TEXT NOT NULL,
    doubts TEXT NOT NULL,
    PRIMARY KEY (inspection, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE inspection_answer (
    inspection TEXT NOT NULL,
    item TEXT NOT NULL,
    result TEXT NOT NULL,
    value TEXT,
    unit TEXT,
    note TEXT,
    PRIMARY KEY (inspection, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE inspection_finding (
    inspection TEXT NOT NULL,
    finding TEXT NOT NULL,
    title TEXT NOT NULL,
    category TEXT NOT NULL,
    severity TEXT NOT NULL,
    found_at_ms INTEGER NOT NULL,
    PRIMARY KEY (inspection, finding)
) STRICT, WITHOUT ROWID;

CREATE TABLE inspection_photo (
    inspection TEXT NOT NULL,
    hash TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    shows TEXT NOT NULL,
    supports TEXT,
    taken_at_ms INTEGER,
    latitude_deg REAL,
    longitude_deg REAL,
    PRIMARY KEY (inspection, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE conflict (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    section TEXT NOT NULL,
    key TEXT NOT NULL,
    candidates TEXT NOT NULL,
    PRIMARY KEY (kind, id, section, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE task (
    id TEXT PRIMARY KEY,
    unit TEXT NOT NULL,
    title TEXT NOT NULL,
    dimension TEXT NOT NULL,
    specialty TEXT NOT NULL,
    state TEXT NOT NULL,
    due_on TEXT,
    created_by TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    point_count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX task_by_creation ON task (created_at_ms DESC, id DESC);

CREATE TABLE task_assignee (
    task TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (task, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_point (
    task TEXT NOT NULL,
    point_no TEXT NOT NULL,
    place_in_route INTEGER NOT NULL,
    point_name TEXT NOT NULL,
    point_kind TEXT NOT NULL,
    asset_no TEXT,
    latitude_deg REAL,
    longitude_deg REAL,
    PRIMARY KEY (task, point_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE review (
    inspection TEXT PRIMARY KEY,
    unit TEXT NOT NULL,
    inspector TEXT NOT NULL,
    decision TEXT,
    decided_by TEXT,
    decided_at_ms INTEGER,
    words TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE review_photo (
    inspection TEXT NOT NULL,
    hash TEXT NOT NULL,
    decision TEXT NOT NULL,
    reason TEXT,
    words TEXT,
    decided_by TEXT NOT NULL,
    decided_at_ms INTEGER NOT NULL,
    PRIMARY KEY (inspection, hash)
) STRICT, WITHOUT ROWID;
