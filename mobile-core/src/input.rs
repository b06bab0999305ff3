//! What an app hands over, checked: text becomes ids, decimals, places; what does not fit is named.

use std::fmt::Display;
use std::str::FromStr;
use std::time::SystemTime;

use jicha_domain::register::RegisterSlot;
use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::JichaException;

/// Found text is cut to this in messages.
const FOUND_CHARS_MAX: usize = 48;

pub(crate) fn bad_input(field: &str, expected: impl Display, found: &str) -> JichaException {
    JichaException::BadInput {
        field: field.to_owned(),
        expected: expected.to_string(),
        found: found.chars().take(FOUND_CHARS_MAX).collect(),
    }
}

/// Reads a text as the type that the field has. The type's own error says what was expected.
pub(crate) fn parse<T: FromStr<Err: Display>>(field: &str, text: &str) -> Result<T, JichaException> {
    text.parse().map_err(|error| bad_input(field, error, text))
}

/// As [`parse`], where nothing is a value too.
pub(crate) fn parse_optional<T: FromStr<Err: Display>>(
    field: &str,
    text: Option<&str>,
) -> Result<Option<T>, JichaException> {
    text.map(|text| parse(field, text)).transpose()
}

/// Reads an exact decimal: digits, at most one point, perhaps a minus; nothing is rounded.
pub(crate) fn decimal(field: &str, text: &str) -> Result<Decimal, JichaException> {
    let text = text.trim();
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    let number = if plain {
        Decimal::from_str_exact(text).ok()
    } else {
        None
    };
    number.ok_or_else(|| {
        bad_input(
            field,
            "a decimal number such as 10234.56, with at most 28 digits",
            text,
        )
    })
}

/// As [`decimal`], where nothing is a value too.
pub(crate) fn decimal_optional(field: &str, text: Option<&str>) -> Result<Option<Decimal>, JichaException> {
    text.map(|text| decimal(field, text)).transpose()
}

/// Reads a register slot such as `1-0:1.8.0*255/2`; a code alone is its first reading.
pub(crate) fn slot(field: &str, text: &str) -> Result<RegisterSlot, JichaException> {
    if text.contains('/') {
        parse(field, text)
    } else {
        parse(field, text).map(RegisterSlot::first)
    }
}

/// Reads an instant, to the nearest millisecond: what is stored has milliseconds, and a language that keeps
/// instants as floating-point seconds must get back the one that it was given.
pub(crate) fn instant(field: &str, at: SystemTime) -> Result<Timestamp, JichaException> {
    let out_of_range = |_| {
        bad_input(
            field,
            "an instant between the years -9999 and 9999",
            "an instant beyond them",
        )
    };
    let exact = Timestamp::try_from(at).map_err(out_of_range)?;
    let nearest_ms = exact
        .as_nanosecond()
        .saturating_add(500_000)
        .div_euclid(1_000_000);
    let nearest_ms = i64::try_from(nearest_ms).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(nearest_ms).map_err(out_of_range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_keeps_every_digit_that_was_typed() {
        assert_eq!(decimal("value", " 00123.4500 ").unwrap().to_string(), "123.4500");
        for wrong in [
            "",
            "12,5",
            "1e3",
            "1_000",
            "--1",
            "12345678901234567890123456789012",
        ] {
            assert!(
                matches!(decimal("value", wrong), Err(JichaException::BadInput { .. })),
                "{wrong}"
            );
        }
    }

    #[test]
    fn an_instant_that_went_through_floating_point_is_the_same_millisecond() {
        let at = Timestamp::from_millisecond(1_764_000_000_123).unwrap();
        let seconds = at.as_duration().as_secs_f64();
        let back = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs_f64(seconds);
        assert_eq!(instant("at", back).unwrap(), at);
    }

    #[test]
    fn a_code_alone_names_the_first_reading() {
        assert_eq!(slot("slot", "1-0:1.8.0*255").unwrap().attempt, 1);
        assert_eq!(slot("slot", "1-0:1.8.0*255/2").unwrap().attempt, 2);
        assert!(slot("slot", "1-0:1.8.0*255/0").is_err());
    }
}
