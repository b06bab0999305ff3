//! Positions, in WGS-84 as satellites give them.

use std::time::SystemTime;

use jicha_domain::position::PositionWgs84;

use super::instants;
use crate::JichaException;
use crate::input::{bad_input, instant};
use crate::words::mirrored_words;

mirrored_words! {
    /// Who fixed a position. Some network providers of Chinese systems already deliver GCJ-02, which is an error of some
    /// 390 m here: so the provider is kept.
    PositionProvider = jicha_domain::position::PositionProvider {
        /// Satellites.
        Gnss,
        /// Mobile network or Wi-Fi.
        Network,
        /// A mixture chosen by the operating system.
        Fused,
        /// Typed or chosen on a map.
        Manual,
        /// From a photo's EXIF.
        Photo,
        /// From the ledger.
        Ledger,
    }
}

/// A position in WGS-84. Hand over what the satellite receiver says, never what a Chinese map shows.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct PositionRecord {
    /// Degrees north of the equator.
    pub latitude_deg: f64,
    /// Degrees east of Greenwich.
    pub longitude_deg: f64,
    /// Radius within which the true place lies, in metres.
    #[uniffi(default)]
    pub accuracy_m: Option<f64>,
    /// When it was fixed.
    #[uniffi(default)]
    pub fixed_at: Option<SystemTime>,
    /// Who fixed it.
    #[uniffi(default)]
    pub provider: Option<PositionProvider>,
    /// Whether the system says that a program made it up.
    #[uniffi(default)]
    pub mocked: bool,
}

impl From<PositionWgs84> for PositionRecord {
    fn from(position: PositionWgs84) -> Self {
        Self {
            latitude_deg: position.latitude_deg(),
            longitude_deg: position.longitude_deg(),
            accuracy_m: position.accuracy_m,
            fixed_at: instants(position.fixed_at),
            provider: position.provider.map(Into::into),
            mocked: position.mocked,
        }
    }
}

impl TryFrom<PositionRecord> for PositionWgs84 {
    type Error = JichaException;

    fn try_from(record: PositionRecord) -> Result<Self, JichaException> {
        let position = Self::new(record.latitude_deg, record.longitude_deg);
        let mut position = position.map_err(|error| bad_input("position", error, ""))?;
        let accuracy_m = record
            .accuracy_m
            .filter(|radius| radius.is_finite() && *radius >= 0.0);
        if accuracy_m != record.accuracy_m {
            return Err(bad_input("accuracy_m", "a radius in metres, 0 or more", ""));
        }
        position.accuracy_m = accuracy_m;
        position.fixed_at = record.fixed_at.map(|at| instant("fixed_at", at)).transpose()?;
        position.provider = record.provider.map(Into::into);
        position.mocked = record.mocked;
        Ok(position)
    }
}
