//! Positions: stored in WGS-84 as satellites give them; converted to GCJ-02 only to be drawn on a Chinese map.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::word::word_enum;

word_enum! {
    /// Who fixed a position. Some network providers of Chinese systems already deliver GCJ-02, which is an error of some
    /// 390 m here: so the provider is kept.
    pub enum PositionProvider {
        /// Satellites.
        Gnss => "gnss", "卫星", "Satellite";
        /// Mobile network or Wi-Fi.
        Network => "network", "网络", "Network";
        /// A mixture chosen by the operating system.
        Fused => "fused", "融合", "Fused";
        /// Typed or chosen on a map.
        Manual => "manual", "手工", "By hand";
        /// From a photo's EXIF.
        Photo => "photo", "照片", "Photo";
        /// From the ledger.
        Ledger => "ledger", "台账", "Ledger";
    }
}

/// A coordinate that is not on the earth.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "expected a latitude of -90 to 90 and a longitude of -180 to 180 degrees, but found {latitude_deg}, {longitude_deg}"
)]
pub struct PositionError {
    /// The latitude that was given, in degrees.
    pub latitude_deg: f64,
    /// The longitude that was given, in degrees.
    pub longitude_deg: f64,
}

/// A position in WGS-84.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredPosition")]
pub struct PositionWgs84 {
    latitude_deg: f64,
    longitude_deg: f64,
    /// Radius within which the true place lies, in metres, as the device claims.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accuracy_m: Option<f64>,
    /// When it was fixed.
    #[serde(
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none",
        default
    )]
    pub fixed_at: Option<Timestamp>,
    /// Who fixed it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub provider: Option<PositionProvider>,
    /// Whether the system says that a program made it up.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub mocked: bool,
}

/// The stored form, before its coordinates are checked.
#[derive(Deserialize)]
struct StoredPosition {
    latitude_deg: f64,
    longitude_deg: f64,
    #[serde(default)]
    accuracy_m: Option<f64>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::optional", default)]
    fixed_at: Option<Timestamp>,
    #[serde(default)]
    provider: Option<PositionProvider>,
    #[serde(default)]
    mocked: bool,
}

impl TryFrom<StoredPosition> for PositionWgs84 {
    type Error = PositionError;

    fn try_from(stored: StoredPosition) -> Result<Self, PositionError> {
        let StoredPosition {
            latitude_deg,
            longitude_deg,
            accuracy_m,
            fixed_at,
            provider,
            mocked,
        } = stored;
        Ok(Self {
            accuracy_m,
            fixed_at,
            provider,
            mocked,
            ..Self::new(latitude_deg, longitude_deg)?
        })
    }
}

impl PositionWgs84 {
    /// A bare place, without accuracy and time. Kept to nine decimals (a tenth of a millimetre), so that every way of
    /// storing it gives back the very same number.
    pub fn new(latitude_deg: f64, longitude_deg: f64) -> Result<Self, PositionError> {
        // `contains` is false for NaN, so that it is refused as well.
        if (-90.0..=90.0).contains(&latitude_deg) && (-180.0..=180.0).contains(&longitude_deg) {
            let nine_decimals = |degrees: f64| (degrees * 1e9).round() / 1e9;
            Ok(Self {
                latitude_deg: nine_decimals(latitude_deg),
                longitude_deg: nine_decimals(longitude_deg),
                accuracy_m: None,
                fixed_at: None,
                provider: None,
                mocked: false,
            })
        } else {
            Err(PositionError {
                latitude_deg,
                longitude_deg,
            })
        }
    }

    /// Degrees north of the equator.
    #[must_use]
    pub const fn latitude_deg(&self) -> f64 {
        self.latitude_deg
    }

    /// Degrees east of Greenwich.
    #[must_use]
    pub const fn longitude_deg(&self) -> f64 {
        self.longitude_deg
    }

    /// Distance on the ground to another position, in metres (haversine on a sphere; within 0.6 %).
    #[must_use]
    pub fn distance_m(&self, other: &Self) -> f64 {
        distance_m(
            (self.latitude_deg, self.longitude_deg),
            (other.latitude_deg, other.longitude_deg),
        )
    }

    /// Where this place is drawn on a Chinese map.
    #[must_use]
    pub fn to_gcj02(&self) -> PositionGcj02 {
        let (latitude_deg, longitude_deg) = shift(self.latitude_deg, self.longitude_deg);
        PositionGcj02 {
            latitude_deg,
            longitude_deg,
        }
    }
}

/// A position in GCJ-02, for display only; never stored. Serialisable nowhere on purpose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PositionGcj02 {
    /// Degrees north, as the map wants it.
    pub latitude_deg: f64,
    /// Degrees east, as the map wants it.
    pub longitude_deg: f64,
}

impl PositionGcj02 {
    /// The true place of a point picked on a Chinese map, by iteration to well below 0.1 m.
    pub fn to_wgs84(self) -> Result<PositionWgs84, PositionError> {
        let (mut latitude_deg, mut longitude_deg) = (self.latitude_deg, self.longitude_deg);
        // The offset changes by about 1 in 1000 along the way, so each round gains three digits; five are plenty.
        for _ in 0..5 {
            let (shifted_latitude, shifted_longitude) = shift(latitude_deg, longitude_deg);
            latitude_deg += self.latitude_deg - shifted_latitude;
            longitude_deg += self.longitude_deg - shifted_longitude;
        }
        PositionWgs84::new(latitude_deg, longitude_deg)
    }
}

/// Mean radius of the earth.
const EARTH_RADIUS_M: f64 = 6_371_008.8;

fn distance_m(from: (f64, f64), to: (f64, f64)) -> f64 {
    let (from_latitude, to_latitude) = (from.0.to_radians(), to.0.to_radians());
    let half_latitude = (to_latitude - from_latitude) / 2.0;
    let half_longitude = (to.1 - from.1).to_radians() / 2.0;
    let haversine =
        half_latitude.sin().powi(2) + from_latitude.cos() * to_latitude.cos() * half_longitude.sin().powi(2);
    2.0 * EARTH_RADIUS_M * haversine.sqrt().min(1.0).asin()
}

/// WGS-84 to GCJ-02 degrees, by the published polynomial on the Krasovsky 1940 ellipsoid. Outside mainland China's
/// bounding box nothing is shifted.
fn shift(latitude_deg: f64, longitude_deg: f64) -> (f64, f64) {
    const SEMI_MAJOR_AXIS_M: f64 = 6_378_245.0;
    const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;
    if !(0.8293..=55.8271).contains(&latitude_deg) || !(72.004..=137.8347).contains(&longitude_deg) {
        return (latitude_deg, longitude_deg);
    }
    let (north_m, east_m) = offset_m(longitude_deg - 105.0, latitude_deg - 35.0);
    let radians = latitude_deg.to_radians();
    let magic = 1.0 - ECCENTRICITY_SQUARED * radians.sin().powi(2);
    let meridian_radius_m = SEMI_MAJOR_AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / magic.powf(1.5);
    let normal_radius_m = SEMI_MAJOR_AXIS_M / magic.sqrt();
    (
        latitude_deg + (north_m / meridian_radius_m).to_degrees(),
        longitude_deg + (east_m / (normal_radius_m * radians.cos())).to_degrees(),
    )
}

/// The offset in metres north and east at `x` degrees east of 105° E and `y` degrees north of 35° N.
fn offset_m(x: f64, y: f64) -> (f64, f64) {
    let wave = |degrees: f64| (degrees * std::f64::consts::PI).sin();
    let common = (20.0 * wave(6.0 * x) + 20.0 * wave(2.0 * x)) * 2.0 / 3.0;
    let root = x.abs().sqrt();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + common
        + (20.0 * wave(y) + 40.0 * wave(y / 3.0)) * 2.0 / 3.0
        + (160.0 * wave(y / 12.0) + 320.0 * wave(y / 30.0)) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + common
        + (20.0 * wave(x) + 40.0 * wave(x / 3.0)) * 2.0 / 3.0
        + (150.0 * wave(x / 12.0) + 300.0 * wave(x / 30.0)) * 2.0 / 3.0;
    (north, east)
}
