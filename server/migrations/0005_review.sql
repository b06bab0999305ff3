-- The supervisors' queue: derived from inspections, reviews and photos, and remade by `jicha rebuild`.
-- review_item has one row for each photo of each inspection.
-- review_item.at_ms is when the inspection began and place the photo's place in the shot list, so that the photos of one
-- inspection stand together in the queue. flags is a set of bits, see server/src/review/flag.rs.
-- review_queue holds an item once for each unit above its own, its own included: a page of any part of the organisation
-- is one range of its key. review_count holds how many those are; decided_by is '' but for second reviews.
-- review_due names the inspections whose documents have grown since their items were brought up to date.
-- review_draw is the one row that decides which photos are reviewed a second time.
-- review_act is what was done in the last moments, so that it can be taken back; it is not derived.

CREATE TABLE review_item (
    number INTEGER PRIMARY KEY,
    inspection TEXT NOT NULL,
    hash TEXT NOT NULL,
    unit TEXT NOT NULL,
    specialty TEXT NOT NULL,
    task TEXT,
    inspector TEXT NOT NULL,
    shows TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    place INTEGER NOT NULL,
    state TEXT NOT NULL,
    flags INTEGER NOT NULL DEFAULT 0,
    decided_by TEXT,
    decided_at_ms INTEGER,
    drawn INTEGER NOT NULL DEFAULT 0,
    second_by TEXT,
    UNIQUE (inspection, hash)
) STRICT;

CREATE INDEX review_item_by_hash ON review_item (hash);

CREATE TABLE review_queue (
    unit TEXT NOT NULL,
    state TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    place INTEGER NOT NULL,
    item INTEGER NOT NULL,
    PRIMARY KEY (unit, state, at_ms, place, item)
) STRICT, WITHOUT ROWID;

CREATE INDEX review_queue_by_item ON review_queue (item);

CREATE TABLE review_count (
    unit TEXT NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT NOT NULL DEFAULT '',
    items INTEGER NOT NULL,
    PRIMARY KEY (unit, state, decided_by)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_due (
    inspection TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE review_draw (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    key BLOB NOT NULL,
    percent REAL NOT NULL
) STRICT;

CREATE TABLE review_act (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    inspection TEXT NOT NULL,
    edits TEXT NOT NULL,
    undone_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX review_act_by_time ON review_act (at_ms);
CREATE INDEX review_act_by_person ON review_act (person, at_ms);

CREATE INDEX metering_point_by_place ON metering_point (latitude_deg, longitude_deg) WHERE latitude_deg IS NOT NULL;
