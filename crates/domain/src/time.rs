//! China Standard Time, the clock of billing months and of what a meter's display shows. It has no summer time, so that
//! a fixed offset is enough and no zone database is needed.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// Eight hours ahead of UTC.
const CHINA_STANDARD_TIME: Offset = Offset::constant(8);

/// The wall clock in China at an instant.
#[must_use]
pub fn china_standard_time(at: Timestamp) -> DateTime {
    CHINA_STANDARD_TIME.to_datetime(at)
}

/// The day in China at an instant; limits are looked up by it.
#[must_use]
pub fn china_date(at: Timestamp) -> Date {
    china_standard_time(at).date()
}

/// An instant as people read it, to the minute, by the wall clock in China.
#[must_use]
pub fn china_minute(at: Timestamp) -> String {
    china_standard_time(at).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The instant at which a wall clock in China showed this; none beyond the years that an instant can hold.
#[must_use]
pub fn from_china_standard_time(wall: DateTime) -> Option<Timestamp> {
    CHINA_STANDARD_TIME.to_timestamp(wall).ok()
}
