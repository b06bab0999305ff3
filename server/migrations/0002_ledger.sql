-- The ledger: what the marketing system says about units, customers, points, meters and readings.
-- Decimals are text, so that they stay exact; dates are text as YYYY-MM-DD; instants are milliseconds since 1970 UTC.
-- A column without a value is NULL: the ledger does not say.
-- valid_from is the day from which a row holds as it stands (now: the day of the import that last changed it).
-- metering_point.unit is the unit that answers for a point: the one the ledger names, else its area.
-- batch_id is that import; NULL for rows that no file brought.

CREATE TABLE import_batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('org_units', 'metering_points', 'meters', 'customers', 'readings')),
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    inserted_count INTEGER NOT NULL DEFAULT 0,
    changed_count INTEGER NOT NULL DEFAULT 0,
    unchanged_count INTEGER NOT NULL DEFAULT 0,
    imported_at_ms INTEGER NOT NULL,
    imported_by TEXT NOT NULL
) STRICT;

CREATE TABLE org_unit (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent_code TEXT REFERENCES org_unit (code) DEFERRABLE INITIALLY DEFERRED,
    batch_id INTEGER REFERENCES import_batch (id),
    valid_from TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX org_unit_by_parent ON org_unit (parent_code);

CREATE TABLE customer (
    no TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    address TEXT,
    phone TEXT,
    contact TEXT,
    voltage TEXT,
    capacity_kva TEXT,
    price_code TEXT,
    area_code TEXT REFERENCES org_unit (code),
    batch_id INTEGER REFERENCES import_batch (id),
    valid_from TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE meter (
    asset_no TEXT PRIMARY KEY,
    factory_no TEXT,
    maker TEXT,
    model TEXT,
    phase_wire TEXT,
    connection TEXT,
    rated_voltage TEXT,
    rated_current TEXT,
    accuracy_class TEXT,
    constant_imp_per_kwh TEXT,
    integer_digits INTEGER,
    decimal_digits INTEGER,
    ct_ratio TEXT,
    pt_ratio TEXT,
    own_multiplier TEXT,
    stated_multiplier TEXT,
    communication_address TEXT,
    made_in_year INTEGER,
    installed_on TEXT,
    verified_on TEXT,
    batch_id INTEGER REFERENCES import_batch (id),
    valid_from TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE metering_point (
    no TEXT PRIMARY KEY,
    name TEXT,
    kind TEXT NOT NULL,
    class TEXT,
    unit_code TEXT REFERENCES org_unit (code),
    area_code TEXT REFERENCES org_unit (code),
    unit TEXT NOT NULL GENERATED ALWAYS AS (coalesce(unit_code, area_code)) VIRTUAL,
    customer_no TEXT REFERENCES customer (no),
    asset_no TEXT NOT NULL REFERENCES meter (asset_no),
    address TEXT,
    access_difficulty TEXT,
    latitude_deg REAL,
    longitude_deg REAL,
    contracted_capacity_kva TEXT,
    voltage TEXT,
    batch_id INTEGER REFERENCES import_batch (id),
    valid_from TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX metering_point_by_unit ON metering_point (unit, no);
CREATE INDEX metering_point_by_asset ON metering_point (asset_no);
CREATE INDEX metering_point_by_customer ON metering_point (customer_no);

CREATE TABLE reading (
    asset_no TEXT NOT NULL REFERENCES meter (asset_no),
    obis TEXT NOT NULL,
    read_on TEXT NOT NULL,
    value TEXT NOT NULL,
    source TEXT NOT NULL DEFAULT 'ledger',
    point_no TEXT REFERENCES metering_point (no),
    batch_id INTEGER REFERENCES import_batch (id),
    valid_from TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (asset_no, obis, read_on)
) STRICT, WITHOUT ROWID;
CREATE INDEX reading_by_point ON reading (point_no, read_on);
