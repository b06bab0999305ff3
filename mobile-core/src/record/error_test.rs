//! Points of an on-site error test.

use jicha_domain::error_test::{ErrorTestPoint, TestPointNo};

use super::texts;
use crate::JichaException;
use crate::input;
use crate::words::mirrored_words;

mirrored_words! {
    /// Accuracy class of a reference meter or standard.
    ReferenceClass = jicha_domain::error_test::ReferenceClass {
        /// Class 0.02.
        R002,
        /// Class 0.05.
        R005,
        /// Class 0.1.
        R01,
        /// Class 0.2.
        R02,
        /// Class 0.3.
        R03,
        /// Class 0.5.
        R05,
    }
}

/// One load point of an error test. Numbers are decimals as text.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct ErrorTestRecord {
    /// Number of the point within the inspection, from 1.
    pub number: u8,
    /// Load current in per cent of the basic current Ib (direct) or rated current In (via CT).
    pub load_percent: String,
    /// Power factor, 0 to 1.
    pub power_factor: String,
    /// True where the current lags (L), false where it leads (C); without meaning at 1.0.
    #[uniffi(default = true)]
    pub inductive: bool,
    /// The error of the meter in per cent; none where the point could not be measured.
    #[uniffi(default)]
    pub error_percent: Option<String>,
    /// Class of the standard.
    #[uniffi(default)]
    pub reference_class: Option<ReferenceClass>,
    /// Asset number of the standard.
    #[uniffi(default)]
    pub reference_asset_no: Option<String>,
}

impl From<(TestPointNo, ErrorTestPoint)> for ErrorTestRecord {
    fn from((number, point): (TestPointNo, ErrorTestPoint)) -> Self {
        Self {
            number: number.get(),
            load_percent: point.load_percent.to_string(),
            power_factor: point.power_factor.to_string(),
            inductive: point.inductive,
            error_percent: texts(point.error_percent),
            reference_class: point.reference_class.map(Into::into),
            reference_asset_no: texts(point.reference_asset_no),
        }
    }
}

impl TryFrom<ErrorTestRecord> for (TestPointNo, ErrorTestPoint) {
    type Error = JichaException;

    fn try_from(record: ErrorTestRecord) -> Result<Self, JichaException> {
        let point = ErrorTestPoint {
            load_percent: input::decimal("load_percent", &record.load_percent)?,
            power_factor: input::decimal("power_factor", &record.power_factor)?,
            inductive: record.inductive,
            error_percent: input::decimal_optional("error_percent", record.error_percent.as_deref())?,
            reference_class: record.reference_class.map(Into::into),
            reference_asset_no: input::parse_optional(
                "reference_asset_no",
                record.reference_asset_no.as_deref(),
            )?,
        };
        Ok((input::parse("number", &record.number.to_string())?, point))
    }
}
