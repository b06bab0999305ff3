ALTER TABLE photo ADD COLUMN added_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE photo ADD COLUMN perceptual_hash TEXT;
ALTER TABLE photo ADD COLUMN first_received_at_ms INTEGER;
ALTER TABLE photo ADD COLUMN copy_removed_at_ms INTEGER;

CREATE INDEX photo_by_time ON photo (added_at_ms DESC, hash DESC);

CREATE TABLE photo_upload (
    hash TEXT NOT NULL REFERENCES photo (hash),
    rank INTEGER NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    added_at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    url TEXT,
    offset_bytes INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    trouble TEXT,
    trouble_detail TEXT,
    not_before_ms INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (hash, rank)
) STRICT, WITHOUT ROWID;

CREATE INDEX photo_upload_waiting ON photo_upload (rank, added_at_ms, hash) WHERE state = 'waiting';

CREATE TABLE photo_band (
    band INTEGER NOT NULL,
    value INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (band, value, hash)
) STRICT, WITHOUT ROWID;

INSERT INTO photo_upload (hash, rank, file_name, media_type, size_bytes, sha256, added_at_ms, state)
SELECT hash, 2, file_name, media_type, size_bytes, hash, 0, 'waiting' FROM photo;

CREATE INDEX inspection_by_point ON inspection (point_no, started_at_ms DESC, id DESC);
CREATE INDEX review_photo_retake ON review_photo (decided_at_ms DESC, inspection, hash) WHERE decision = 'retake';
