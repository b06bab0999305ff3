//! The current that a meter is made for.

use rust_decimal::Decimal;

use super::Connection;
use super::plate::{PlateError, plate_number};

/// Basic and maximum current of a meter, read from its plate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentRating {
    /// Basic current Ib (direct) or rated current In (via CT), in A. Loads of an error test refer to it.
    pub basic_a: Decimal,
    /// Maximum current Imax, in A.
    pub max_a: Decimal,
}

impl CurrentRating {
    /// Reads `5(60) A`, `1.5(6) A`, `0.3-1.2 A`, and the newer `0.2-0.5(60) A`, which gives Imin–Itr(Imax); there the
    /// transitional current Itr is a tenth of Ib, or a twentieth of In behind a CT (common knowledge, unverified).
    pub fn from_plate(text: &str, connection: Connection) -> Result<Self, PlateError> {
        let wrong = || PlateError::new("current rating", "a text such as 5(60) A or 0.3-1.2 A", text);
        let plain: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| match c {
                '–' | '—' | '~' | '～' | '－' => '-',
                '（' => '(',
                '）' => ')',
                other => other,
            })
            .collect();
        // A three-phase plate may say 3×5(60)A.
        let plain = plain
            .trim_start_matches("3×")
            .trim_start_matches("3x")
            .trim_start_matches("3*");
        let plain = plain.strip_suffix(['A', 'a']).unwrap_or(plain);
        let (basic, max) = match plain.strip_suffix(')').and_then(|inner| inner.split_once('(')) {
            Some((before, max)) => match before.split_once('-') {
                Some((_min, transitional)) => {
                    let factor = if connection == Connection::Direct { 10 } else { 20 };
                    (
                        plate_number(transitional).map(|itr| itr * Decimal::from(factor)),
                        plate_number(max),
                    )
                }
                None => (plate_number(before), plate_number(max)),
            },
            None => {
                let (basic, max) = plain.split_once('-').ok_or_else(wrong)?;
                (plate_number(basic), plate_number(max))
            }
        };
        match (basic, max) {
            (Some(basic_a), Some(max_a)) if basic_a <= max_a => Ok(Self {
                basic_a: basic_a.normalize(),
                max_a,
            }),
            _ => Err(wrong()),
        }
    }
}
