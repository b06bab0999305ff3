ALTER TABLE inspection_photo ADD COLUMN received_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inspection_photo ADD COLUMN caption TEXT;
ALTER TABLE inspection_photo ADD COLUMN doubts TEXT NOT NULL DEFAULT '';
ALTER TABLE inspection_photo ADD COLUMN perceptual_hash TEXT;
ALTER TABLE inspection_photo ADD COLUMN replaces TEXT;

CREATE INDEX inspection_photo_by_hash ON inspection_photo (hash);

CREATE TABLE inspection_missing_shot (
    inspection TEXT NOT NULL,
    shows TEXT NOT NULL,
    reason TEXT NOT NULL,
    words TEXT,
    PRIMARY KEY (inspection, shows)
) STRICT, WITHOUT ROWID;

CREATE INDEX review_photo_by_hash ON review_photo (hash);

CREATE TABLE review_second_photo (
    inspection TEXT NOT NULL,
    hash TEXT NOT NULL,
    decision TEXT NOT NULL,
    reason TEXT,
    words TEXT,
    decided_by TEXT NOT NULL,
    decided_at_ms INTEGER NOT NULL,
    PRIMARY KEY (inspection, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_finding (
    inspection TEXT NOT NULL,
    finding TEXT NOT NULL,
    title TEXT NOT NULL,
    category TEXT NOT NULL,
    severity TEXT NOT NULL,
    found_at_ms INTEGER NOT NULL,
    PRIMARY KEY (inspection, finding)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_comment (
    inspection TEXT NOT NULL,
    comment TEXT NOT NULL,
    place TEXT,
    words TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at_ms INTEGER NOT NULL,
    PRIMARY KEY (inspection, comment)
) STRICT, WITHOUT ROWID;
