//! Points of an on-site error test against a reference meter (现场检验).

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::id::AssetNo;
use crate::meter::AccuracyClass;
use crate::register::attempt_number;
use crate::word::{serde_as_string, shorten, word_enum};

/// Number of a test point within an inspection, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TestPointNo(u8);

/// A text or number that does not number a test point.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the number of a test point, 1 to 255, but found {found:?}")]
pub struct TestPointNoError {
    /// What was there instead, cut to a readable length.
    pub found: String,
}

impl TestPointNo {
    /// Any number but zero.
    pub fn new(number: u8) -> Result<Self, TestPointNoError> {
        if number == 0 {
            Err(TestPointNoError {
                found: "0".to_owned(),
            })
        } else {
            Ok(Self(number))
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for TestPointNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for TestPointNo {
    type Err = TestPointNoError;

    fn from_str(text: &str) -> Result<Self, TestPointNoError> {
        attempt_number(text)
            .map(Self)
            .ok_or_else(|| TestPointNoError { found: shorten(text) })
    }
}

serde_as_string!(TestPointNo);

word_enum! {
    /// Accuracy class of a reference meter or standard.
    pub enum ReferenceClass {
        /// Class 0.02.
        R002 => "0.02", "0.02级", "Class 0.02";
        /// Class 0.05.
        R005 => "0.05", "0.05级", "Class 0.05";
        /// Class 0.1.
        R01 => "0.1", "0.1级", "Class 0.1";
        /// Class 0.2.
        R02 => "0.2", "0.2级", "Class 0.2";
        /// Class 0.3.
        R03 => "0.3", "0.3级", "Class 0.3";
        /// Class 0.5.
        R05 => "0.5", "0.5级", "Class 0.5";
    }
}

impl ReferenceClass {
    /// Whether this standard is at least two accuracy classes better than the meter under test (DL/T 448-2000, 7.3),
    /// counting the classes 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2; 0.3 counts as 0.5.
    #[must_use]
    pub const fn is_two_classes_better_than(self, meter: AccuracyClass) -> bool {
        let reference = match self {
            Self::R002 => 0,
            Self::R005 => 1,
            Self::R01 => 2,
            Self::R02 => 3,
            Self::R03 | Self::R05 => 4,
        };
        let meter = match meter {
            AccuracyClass::C02S => 3,
            AccuracyClass::C05S => 4,
            AccuracyClass::C1 => 5,
            AccuracyClass::C2 => 6,
        };
        reference + 2 <= meter
    }
}

/// One load point of an error test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorTestPoint {
    /// Load current in per cent of the basic current Ib (direct) or rated current In (via CT).
    pub load_percent: Decimal,
    /// Power factor, 0 to 1.
    pub power_factor: Decimal,
    /// True where the current lags (L), false where it leads (C); without meaning at 1.0.
    pub inductive: bool,
    /// The error γ of the meter in per cent; none where the point could not be measured.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error_percent: Option<Decimal>,
    /// Class of the standard.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reference_class: Option<ReferenceClass>,
    /// Asset number of the standard.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reference_asset_no: Option<AssetNo>,
}
