//! The multiplier that follows from the ratios.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::Ratio;
use crate::word::{serde_as_string, shorten};

/// How many kWh at the customer one kWh on the register stands for (倍率) = CT ratio × PT ratio × the meter's own
/// multiplier. Kept as a fraction, since a ratio such as 100/3 has no finite decimal.
#[derive(Clone, Copy, Debug)]
pub struct Multiplier {
    numerator: Decimal,
    denominator: Decimal,
}

/// A multiplier that cannot be formed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MultiplierError {
    /// The product is larger than exact arithmetic can hold: some plate was misread.
    #[error("the product of the ratios is too large to be a multiplier")]
    TooLarge,
    /// The meter's own multiplier is zero or negative.
    #[error("a multiplier must be above zero, but it is {found}")]
    NotPositive {
        /// The value given.
        found: Decimal,
    },
    /// The text is no number and no fraction.
    #[error("expected a multiplier such as 30 or 100/3, but found {found:?}")]
    Unreadable {
        /// What was there instead, cut to a readable length.
        found: String,
    },
}

impl Multiplier {
    /// The multiplier of a meter without transformers.
    pub const ONE: Self = Self {
        numerator: Decimal::ONE,
        denominator: Decimal::ONE,
    };

    /// From the plates: a missing ratio counts as 1.
    pub fn from_plates(
        ct: Option<Ratio>,
        pt: Option<Ratio>,
        own: Option<Decimal>,
    ) -> Result<Self, MultiplierError> {
        let own = own.unwrap_or(Decimal::ONE);
        let mut product = Self::fraction(own, Decimal::ONE)?;
        for ratio in [ct, pt].into_iter().flatten() {
            let numerator = product
                .numerator
                .checked_mul(ratio.primary())
                .ok_or(MultiplierError::TooLarge)?;
            let denominator = product
                .denominator
                .checked_mul(ratio.secondary())
                .ok_or(MultiplierError::TooLarge)?;
            product = Self::fraction(numerator, denominator)?;
        }
        Ok(product)
    }

    /// A multiplier given as one number, as ledgers do.
    pub fn from_decimal(value: Decimal) -> Result<Self, MultiplierError> {
        Self::fraction(value, Decimal::ONE)
    }

    fn fraction(numerator: Decimal, denominator: Decimal) -> Result<Self, MultiplierError> {
        for part in [numerator, denominator] {
            if part <= Decimal::ZERO {
                return Err(MultiplierError::NotPositive { found: part });
            }
        }
        // A whole quotient is kept as such, which keeps numbers small and the stored text short.
        let quotient = numerator
            .checked_div(denominator)
            .ok_or(MultiplierError::TooLarge)?;
        if quotient.checked_mul(denominator) == Some(numerator) && quotient.scale() <= 6 {
            return Ok(Self {
                numerator: quotient.normalize(),
                denominator: Decimal::ONE,
            });
        }
        Ok(Self {
            numerator: numerator.normalize(),
            denominator: denominator.normalize(),
        })
    }

    /// Register units to real units; none when the product leaves what a decimal can hold.
    #[must_use]
    pub fn apply(&self, register_units: Decimal) -> Option<Decimal> {
        register_units
            .checked_mul(self.numerator)?
            .checked_div(self.denominator)
    }

    /// As one decimal, rounded at 28 digits where the fraction has no end.
    #[must_use]
    pub fn to_decimal(&self) -> Decimal {
        // Cannot fail: the denominator is above zero and the constructor has done this division before.
        self.numerator
            .checked_div(self.denominator)
            .unwrap_or(self.numerator)
    }
}

impl PartialEq for Multiplier {
    /// Equal as fractions: 150/5 equals 30.
    fn eq(&self, other: &Self) -> bool {
        let left = self.numerator.checked_mul(other.denominator);
        let right = other.numerator.checked_mul(self.denominator);
        match (left, right) {
            (Some(left), Some(right)) => left == right,
            _ => self.numerator == other.numerator && self.denominator == other.denominator,
        }
    }
}

impl fmt::Display for Multiplier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == Decimal::ONE {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

impl FromStr for Multiplier {
    type Err = MultiplierError;

    fn from_str(text: &str) -> Result<Self, MultiplierError> {
        // Wider than what plates print: products of plates must be readable again.
        let number = |part: &str| {
            let plain = part.len() <= 30 && part.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            let number = if plain { part.parse::<Decimal>().ok() } else { None };
            number.ok_or_else(|| MultiplierError::Unreadable { found: shorten(text) })
        };
        match text.split_once('/') {
            Some((numerator, denominator)) => Self::fraction(number(numerator)?, number(denominator)?),
            None => Self::fraction(number(text)?, Decimal::ONE),
        }
    }
}

serde_as_string!(Multiplier);
