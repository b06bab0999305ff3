//! Accuracy classes for active energy.

use rust_decimal::Decimal;

use super::plate::PlateError;
use crate::word::word_enum;

word_enum! {
    /// Accuracy class for active energy.
    pub enum AccuracyClass {
        /// Class 0.2S (IEC 62053-22).
        C02S => "0.2S", "0.2S级", "Class 0.2S";
        /// Class 0.5S (IEC 62053-22).
        C05S => "0.5S", "0.5S级", "Class 0.5S";
        /// Class 1 (IEC 62053-21).
        C1 => "1", "1级", "Class 1";
        /// Class 2 (IEC 62053-21).
        C2 => "2", "2级", "Class 2";
    }
}

impl AccuracyClass {
    /// Reads what is printed on a plate: `0.5S`, `1.0`, `2级`, or the letters of GB/T 17215.211-2021, where A, B, C, D
    /// stand for about 2, 1, 0.5S, 0.2S (common knowledge, not checked against the standard's text).
    pub fn from_plate(text: &str) -> Result<Self, PlateError> {
        let plain = text
            .trim()
            .trim_start_matches("Cl.")
            .trim_end_matches('级')
            .trim();
        match plain {
            "0.2S" | "0.2s" | "D" => Ok(Self::C02S),
            "0.5S" | "0.5s" | "C" => Ok(Self::C05S),
            "1" | "1.0" | "B" => Ok(Self::C1),
            "2" | "2.0" | "A" => Ok(Self::C2),
            _ => Err(PlateError::new(
                "accuracy class",
                "0.2S, 0.5S, 1, 2 or A, B, C, D",
                text,
            )),
        }
    }

    /// The class as a number of per cent, e.g. 0.2 for 0.2S.
    #[must_use]
    pub fn percent(self) -> Decimal {
        match self {
            Self::C02S => Decimal::new(2, 1),
            Self::C05S => Decimal::new(5, 1),
            Self::C1 => Decimal::ONE,
            Self::C2 => Decimal::TWO,
        }
    }
}
