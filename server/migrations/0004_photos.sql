-- Photos. The bytes lie in the photo store under their hash; here stands what is known of them.
-- photo has a row as soon as anything of a photo is here; photo_variant says what is.
-- refused is the reason why the original may not enter; NULL as long as nobody has refused it.
-- photo_job.generation counts the reasons to work on a photo, so that one that comes while it is worked on is not lost.
-- photo_sender is who sent the bytes of an original that were checked: 'device/<id>' or 'person/<id>'.
-- photo_upload.outcome is NULL while bytes are expected, else 'checked', 'joined' or 'refused'.
-- photo_band holds the four 16-bit parts of each perceptual hash (multi-index hashing).

CREATE TABLE photo (
    number INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    media_type TEXT,
    size_bytes INTEGER,
    width INTEGER,
    height INTEGER,
    taken_at_ms INTEGER,
    exif TEXT NOT NULL DEFAULT '{}',
    sharpness REAL,
    mean_luma REAL,
    dark_share REAL,
    clipped_share REAL,
    perceptual_hash INTEGER,
    first_received_at_ms INTEGER NOT NULL,
    checked_at_ms INTEGER,
    refused TEXT
) STRICT;

CREATE TABLE photo_variant (
    photo INTEGER NOT NULL REFERENCES photo (number),
    variant TEXT NOT NULL CHECK (variant IN ('original', 'preview', 'thumbnail')),
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    made_by TEXT NOT NULL CHECK (made_by IN ('device', 'server')),
    stored_at_ms INTEGER NOT NULL,
    PRIMARY KEY (photo, variant)
) STRICT, WITHOUT ROWID;

CREATE TABLE photo_sender (
    photo INTEGER NOT NULL REFERENCES photo (number),
    sender TEXT NOT NULL,
    PRIMARY KEY (photo, sender)
) STRICT, WITHOUT ROWID;

CREATE TABLE photo_upload (
    id TEXT NOT NULL PRIMARY KEY,
    sender TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('whole', 'partial', 'final')),
    hash TEXT,
    variant TEXT,
    sha256 TEXT,
    length_bytes INTEGER NOT NULL,
    metadata TEXT NOT NULL DEFAULT '',
    parts TEXT NOT NULL DEFAULT '',
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    outcome TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX photo_upload_by_expiry ON photo_upload (expires_at_ms);
CREATE INDEX photo_upload_by_hash ON photo_upload (hash, variant) WHERE outcome = 'checked';
CREATE INDEX photo_upload_unfinished ON photo_upload (sender) WHERE outcome IS NULL;

CREATE TABLE photo_job (
    photo INTEGER PRIMARY KEY REFERENCES photo (number),
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before_ms INTEGER NOT NULL DEFAULT 0,
    generation INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE photo_band (
    band INTEGER NOT NULL,
    value INTEGER NOT NULL,
    photo INTEGER NOT NULL REFERENCES photo (number),
    PRIMARY KEY (band, value, photo)
) STRICT, WITHOUT ROWID;

CREATE INDEX photo_band_by_photo ON photo_band (photo);
