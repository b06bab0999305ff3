//! Instants on pages: China Standard Time in the text, and the instant itself for the script that shows local time.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// An instant, ready for a `<time>` element.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    /// RFC 3339, UTC.
    pub(crate) iso: String,
    /// Day and minute in China Standard Time.
    pub(crate) text: String,
    /// The day in China Standard Time.
    pub(crate) date: String,
}

impl From<Timestamp> for Moment {
    fn from(instant: Timestamp) -> Moment {
        let china = TimeZone::fixed(Offset::constant(8));
        let local = china.to_datetime(instant);
        Moment {
            iso: instant.to_string(),
            text: local.strftime("%Y-%m-%d %H:%M").to_string(),
            date: local.strftime("%Y-%m-%d").to_string(),
        }
    }
}

impl Moment {
    /// From a text that the API made.
    pub(crate) fn parse(text: &str) -> Moment {
        text.parse::<Timestamp>().unwrap_or(Timestamp::UNIX_EPOCH).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_china_standard_time() {
        let moment = Moment::parse("2026-11-23T16:42:10Z");
        assert_eq!(moment.text, "2026-11-24 00:42");
        assert_eq!(moment.iso, "2026-11-23T16:42:10Z");
    }
}
