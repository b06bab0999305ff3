//! The real input of the demonstration, carried in the program so that it runs anywhere. Sources and licences:
//! tests/data/*/README.md.

use std::path::{Path, PathBuf};

use crate::ledger::LedgerKind;

/// A ledger file as a marketing system would export it.
pub(super) struct LedgerFile {
    pub(super) kind: LedgerKind,
    pub(super) name: &'static str,
    pub(super) bytes: &'static [u8],
}

macro_rules! ledger {
    ($kind:ident, $path:literal) => {
        LedgerFile {
            kind: LedgerKind::$kind,
            name: $path,
            bytes: include_bytes!(concat!("../../../tests/data/", $path)),
        }
    };
}

/// The ledgers, in the order in which they refer to each other.
pub(super) const LEDGERS: &[LedgerFile] = &[
    ledger!(OrgUnits, "ledger/org_units.csv"),
    ledger!(MeteringPoints, "network/ledger_points_gb18030.csv"),
    ledger!(Meters, "ledger/meters.csv"),
    ledger!(Customers, "ledger/customers.csv"),
    ledger!(Readings, "network/ledger_readings_gb18030.csv"),
];

macro_rules! photo {
    ($name:literal) => {
        (
            $name,
            include_bytes!(concat!("../../../tests/data/photos/", $name)) as &[u8],
        )
    };
}

const PHOTOS: &[(&str, &[u8])] = &[
    photo!("DSCN0010.jpg"),
    photo!("DSCN0012.jpg"),
    photo!("DSCN0021.jpg"),
    photo!("DSCN0025.jpg"),
    photo!("DSCN0027.jpg"),
    photo!("DSCN0029.jpg"),
    photo!("DSCN0038.jpg"),
    photo!("DSCN0040.jpg"),
    photo!("DSCN0042.jpg"),
];

/// Writes the photos to a folder, as a camera would, and returns their paths.
pub(super) fn write_photos(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder)?;
    PHOTOS
        .iter()
        .map(|(name, bytes)| {
            let path = folder.join(name);
            std::fs::write(&path, bytes)?;
            Ok(path)
        })
        .collect()
}
