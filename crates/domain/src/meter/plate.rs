//! Reading what is printed on plates.

use rust_decimal::Decimal;

use crate::word::shorten;

/// A text on a plate that cannot be read as what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {what} ({expected}), but found {found:?}")]
pub struct PlateError {
    /// What should be there, e.g. `transformer ratio`.
    pub what: &'static str,
    /// The form that would have been accepted.
    pub expected: &'static str,
    /// What was there instead, cut to a readable length.
    pub found: String,
}

impl PlateError {
    pub(super) fn new(what: &'static str, expected: &'static str, found: &str) -> Self {
        Self {
            what,
            expected,
            found: shorten(found),
        }
    }
}

/// A plain positive decimal below a million million, as plates print them. The bound keeps later products exact.
pub(super) fn plate_number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    if text.len() > 13 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    text.parse::<Decimal>()
        .ok()
        .filter(|number| *number > Decimal::ZERO && number.scale() <= 4)
}
