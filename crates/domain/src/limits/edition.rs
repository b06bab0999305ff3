//! One edition of a standard or rule, with the tables it sets.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::LimitTablesError;
use super::row::{
    ClockLimits, ErrorLimit, FieldTestLimits, PhotoLimits, PlaceLimits, PointClassRow, ReadingLimits,
    TestInterval, VoltageBand, WiringLimits,
};
use crate::obis::Tariff;
use crate::rule::Basis;

/// A file of tables. Unknown keys are refused here, unlike in stored records: a typing error in a limit must not pass.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub(super) edition: Vec<Edition>,
}

/// What one edition of a standard or rule sets.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Its name, e.g. `DL/T 448-2000`.
    pub name: String,
    /// The day from which it holds.
    pub effective_from: Date,
    /// Where the numbers were taken from.
    pub source: String,
    /// Whether they were compared with the text of the standard.
    pub verified: bool,
    /// Limits of the error of meters.
    #[serde(default)]
    pub error_limit: Vec<ErrorLimit>,
    /// When a test on site is worth doing.
    #[serde(default)]
    pub field_test: Option<FieldTestLimits>,
    /// Intervals of tests on site.
    #[serde(default)]
    pub test_interval: Vec<TestInterval>,
    /// Classes of metering points, from I on.
    #[serde(default)]
    pub point_class: Vec<PointClassRow>,
    /// Limits of a meter's clock.
    #[serde(default)]
    pub clock: Option<ClockLimits>,
    /// Bands of voltage.
    #[serde(default)]
    pub voltage_band: Vec<VoltageBand>,
    /// Factors for the plausibility of readings.
    #[serde(default)]
    pub reading: Option<ReadingLimits>,
    /// Thresholds for measured phases.
    #[serde(default)]
    pub wiring: Option<WiringLimits>,
    /// How far from the ledger's place a record may be made.
    #[serde(default)]
    pub place: Option<PlaceLimits>,
    /// When a photo is doubted.
    #[serde(default)]
    pub photo: Option<PhotoLimits>,
    /// Price periods in the order of their rate registers.
    #[serde(default)]
    pub tariff_order: Option<Vec<Tariff>>,
}

impl Edition {
    /// How a verdict names a table of this edition.
    pub(super) fn basis(&self, table: &str) -> Basis {
        Basis {
            table: table.to_owned(),
            edition: self.name.clone(),
            verified: self.verified,
        }
    }

    /// Refuses numbers that would make a rule silent or absurd.
    pub(super) fn validate(&self, name: &str) -> Result<(), LimitTablesError> {
        let bad = |table, key, expected, found: String| LimitTablesError::BadValue {
            name: name.to_owned(),
            edition: self.name.clone(),
            table,
            key,
            expected,
            found,
        };
        let positive = |table, key, value: Decimal| {
            let sane = value > Decimal::ZERO && value < Decimal::from(1_000_000_000_000u64);
            if sane {
                Ok(())
            } else {
                Err(bad(table, key, "a number above zero", value.to_string()))
            }
        };
        for row in &self.error_limit {
            positive("error_limit", "limit_percent", row.limit_percent)?;
            if row
                .load_below_percent
                .is_some_and(|below| below <= row.load_from_percent)
            {
                let expected = "a load above load_from_percent";
                return Err(bad(
                    "error_limit",
                    "load_below_percent",
                    expected,
                    format!("{:?}", row.load_below_percent),
                ));
            }
        }
        if let Some(row) = &self.field_test {
            positive("field_test", "load_min_percent", row.load_min_percent)?;
            positive(
                "field_test",
                "load_min_percent_class_s",
                row.load_min_percent_class_s,
            )?;
            positive("field_test", "power_factor_min", row.power_factor_min)?;
        }
        for row in &self.test_interval {
            if !(1..=1200).contains(&row.months) {
                return Err(bad(
                    "test_interval",
                    "months",
                    "1 to 1200",
                    row.months.to_string(),
                ));
            }
        }
        if let Some(row) = &self.clock
            && row.deviation_s_max <= 0
        {
            return Err(bad(
                "clock",
                "deviation_s_max",
                "a number above zero",
                row.deviation_s_max.to_string(),
            ));
        }
        for row in &self.voltage_band {
            positive("voltage_band", "nominal_v", row.nominal_v)?;
            if row.low_v >= row.high_v {
                return Err(bad(
                    "voltage_band",
                    "low_v",
                    "a voltage below high_v",
                    row.low_v.to_string(),
                ));
            }
        }
        if let Some(row) = &self.reading {
            for (key, value) in row.factors() {
                positive("reading", key, value)?;
            }
        }
        if let Some(row) = &self.wiring {
            for (key, value) in row.thresholds() {
                positive("wiring", key, value)?;
            }
        }
        if let Some(row) = &self.place {
            positive("place", "distance_m_max", row.distance_m_max)?;
        }
        if let Some(row) = &self.photo {
            for (key, value) in row.thresholds() {
                positive("photo", key, value)?;
            }
            if !(1..=16).contains(&row.alike_bits_max) {
                let found = row.alike_bits_max.to_string();
                return Err(bad("photo", "alike_bits_max", "1 to 16", found));
            }
        }
        Ok(())
    }
}
