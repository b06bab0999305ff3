//! Ratios of instrument transformers.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::plate::{PlateError, plate_number};
use crate::word::serde_as_string;

/// Ratio of an instrument transformer as on its plate, e.g. `150/5`. Both numbers are kept: 150/5 and 300/10 transform
/// alike, but they are different transformers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio {
    primary: Decimal,
    secondary: Decimal,
}

impl Ratio {
    /// Both numbers must be above zero, below 10^12, with at most four decimals.
    pub fn new(primary: Decimal, secondary: Decimal) -> Result<Self, PlateError> {
        format!("{}/{}", primary.normalize(), secondary.normalize()).parse()
    }

    /// The primary number (A for a CT, V for a PT).
    #[must_use]
    pub const fn primary(self) -> Decimal {
        self.primary
    }

    /// The secondary number (A for a CT, V for a PT).
    #[must_use]
    pub const fn secondary(self) -> Decimal {
        self.secondary
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.primary, self.secondary)
    }
}

impl FromStr for Ratio {
    type Err = PlateError;

    fn from_str(text: &str) -> Result<Self, PlateError> {
        let wrong = || PlateError::new("transformer ratio", "two positive numbers such as 150/5", text);
        let (primary, secondary) = text.split_once('/').ok_or_else(wrong)?;
        match (plate_number(primary), plate_number(secondary)) {
            (Some(primary), Some(secondary)) => Ok(Self {
                primary: primary.normalize(),
                secondary: secondary.normalize(),
            }),
            _ => Err(wrong()),
        }
    }
}

serde_as_string!(Ratio);
