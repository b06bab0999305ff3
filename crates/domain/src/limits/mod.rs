//! Limits, intervals and factors: dated tables that a bureau can edit, looked up by day.
//!
//! What a standard says changes with its edition, and not every number here has been compared with the text. So each
//! edition carries its name, the day from which it holds, its source, and whether it is verified; every verdict names
//! the edition it used.

mod edition;
mod row;

pub use edition::Edition;
pub use row::{
    ClockLimits, ErrorLimit, FieldTestLimits, LimitConnection, PhotoLimits, PlaceLimits, PointClassRow,
    ReadingLimits, TestInterval, VoltageBand, WiringLimits,
};

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::meter::AccuracyClass;
use crate::metering_point::PointClass;
use crate::obis::TariffOrder;
use crate::rule::Basis;

/// All tables. A row that holds from a later day hides the earlier one; on the same day, the one added last.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitTables {
    editions: Vec<Edition>,
}

/// A table that is no good.
#[derive(Debug, thiserror::Error)]
pub enum LimitTablesError {
    /// It is not TOML of the right shape; the source names line, table and key.
    #[error("the limit table {name} is not readable")]
    Unreadable {
        /// Name of the file.
        name: String,
        /// What the parser says.
        source: toml::de::Error,
    },
    /// A number that makes no sense.
    #[error(
        "the limit table {name}, edition {edition:?}, has a bad {table}.{key}: expected {expected}, but found {found}"
    )]
    BadValue {
        /// Name of the file.
        name: String,
        /// The edition.
        edition: String,
        /// The table within it.
        table: &'static str,
        /// The key.
        key: &'static str,
        /// What would have been accepted.
        expected: &'static str,
        /// What was there instead.
        found: String,
    },
}

/// What the class of a metering point depends on; which of it counts differs by edition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PointFacts {
    /// Whether it is measured in a single phase.
    pub single_phase: bool,
    /// Capacity in kVA.
    pub capacity_kva: Option<Decimal>,
    /// Energy of a month in kWh.
    pub energy_month_kwh: Option<Decimal>,
    /// Nominal voltage in kV.
    pub voltage_kv: Option<Decimal>,
}

impl LimitTables {
    /// The tables that come with the program.
    #[must_use]
    pub fn built_in() -> Self {
        let files = [
            (
                "error_limits.toml",
                include_str!("../../tables/error_limits.toml"),
            ),
            ("dl_t_448.toml", include_str!("../../tables/dl_t_448.toml")),
            (
                "plausibility.toml",
                include_str!("../../tables/plausibility.toml"),
            ),
            ("photos.toml", include_str!("../../tables/photos.toml")),
        ];
        let editions = files.into_iter().flat_map(|(name, text)| {
            Self::from_toml(name, text)
                .expect("a test reads every built-in table")
                .editions
        });
        Self {
            editions: editions.collect(),
        }
    }

    /// Reads tables from TOML. `name` is for messages only.
    pub fn from_toml(name: &str, text: &str) -> Result<Self, LimitTablesError> {
        let file: edition::File = toml::from_str(text).map_err(|source| LimitTablesError::Unreadable {
            name: name.to_owned(),
            source,
        })?;
        for edition in &file.edition {
            edition.validate(name)?;
        }
        Ok(Self {
            editions: file.edition,
        })
    }

    /// These tables with a bureau's own laid over them.
    #[must_use]
    pub fn overlaid_with(mut self, other: Self) -> Self {
        self.editions.extend(other.editions);
        self
    }

    /// Every edition, as loaded.
    #[must_use]
    pub fn editions(&self) -> &[Edition] {
        &self.editions
    }

    /// The newest edition that holds on this day and has what is asked for.
    fn newest<'a, T>(
        &'a self,
        on: Date,
        pick: impl Fn(&'a Edition) -> Option<T>,
    ) -> Option<(T, &'a Edition)> {
        self.editions
            .iter()
            .filter(|edition| edition.effective_from <= on)
            .filter_map(|edition| pick(edition).map(|row| (row, edition)))
            // `max_by_key` returns the last of equals: what was added later hides what came before.
            .max_by_key(|(_, edition)| edition.effective_from)
    }

    /// Limit of the error of a meter at a load (in per cent of Ib or In) and power factor.
    #[must_use]
    pub fn error_limit(
        &self,
        on: Date,
        class: AccuracyClass,
        connection: LimitConnection,
        load_percent: Decimal,
        power_factor: Decimal,
        inductive: bool,
    ) -> Option<(&ErrorLimit, Basis)> {
        let of_class = |row: &&ErrorLimit| row.class == class && row.connection == connection;
        let (rows, edition) = self.newest(on, |edition| {
            edition
                .error_limit
                .iter()
                .any(|row| of_class(&row))
                .then_some(&edition.error_limit)
        })?;
        let row = rows
            .iter()
            .filter(of_class)
            .find(|row| row.covers(load_percent, power_factor, inductive))?;
        Some((row, edition.basis("error_limit")))
    }

    /// When a test on site is worth doing.
    #[must_use]
    pub fn field_test(&self, on: Date) -> Option<(&FieldTestLimits, Basis)> {
        let (row, edition) = self.newest(on, |edition| edition.field_test.as_ref())?;
        Some((row, edition.basis("field_test")))
    }

    /// How often a point of a class is tested on site; none where the edition sets no interval for it.
    #[must_use]
    pub fn test_interval(&self, on: Date, class: PointClass) -> Option<(&TestInterval, Basis)> {
        let (rows, edition) = self.newest(on, |edition| {
            (!edition.test_interval.is_empty()).then_some(&edition.test_interval)
        })?;
        let row = rows.iter().find(|row| row.class == class)?;
        Some((row, edition.basis("test_interval")))
    }

    /// The class of a metering point by the edition of the day: the first row, from class I on, that it meets.
    #[must_use]
    pub fn point_class(&self, on: Date, facts: &PointFacts) -> Option<(PointClass, Basis)> {
        let (rows, edition) = self.newest(on, |edition| {
            (!edition.point_class.is_empty()).then_some(&edition.point_class)
        })?;
        let row = rows.iter().find(|row| row.is_met_by(facts))?;
        Some((row.class, edition.basis("point_class")))
    }

    /// Limits of a meter's clock.
    #[must_use]
    pub fn clock(&self, on: Date) -> Option<(&ClockLimits, Basis)> {
        let (row, edition) = self.newest(on, |edition| edition.clock.as_ref())?;
        Some((row, edition.basis("clock")))
    }

    /// The band around a nominal voltage of a measuring element, in V.
    #[must_use]
    pub fn voltage_band(&self, on: Date, nominal_v: Decimal) -> Option<(&VoltageBand, Basis)> {
        let (row, edition) = self.newest(on, |edition| {
            edition
                .voltage_band
                .iter()
                .find(|band| band.nominal_v == nominal_v)
        })?;
        Some((row, edition.basis("voltage_band")))
    }

    /// Factors for the plausibility of readings.
    #[must_use]
    pub fn reading(&self, on: Date) -> Option<(&ReadingLimits, Basis)> {
        let (row, edition) = self.newest(on, |edition| edition.reading.as_ref())?;
        Some((row, edition.basis("reading")))
    }

    /// Thresholds for measured phases.
    #[must_use]
    pub fn wiring(&self, on: Date) -> Option<(&WiringLimits, Basis)> {
        let (row, edition) = self.newest(on, |edition| edition.wiring.as_ref())?;
        Some((row, edition.basis("wiring")))
    }

    /// How far from the ledger's place a record may be made.
    #[must_use]
    pub fn place(&self, on: Date) -> Option<(&PlaceLimits, Basis)> {
        let (row, edition) = self.newest(on, |edition| edition.place.as_ref())?;
        Some((row, edition.basis("place")))
    }

    /// When a photo is doubted.
    #[must_use]
    pub fn photo(&self, on: Date) -> Option<(&PhotoLimits, Basis)> {
        let (row, edition) = self.newest(on, |edition| edition.photo.as_ref())?;
        Some((row, edition.basis("photo")))
    }

    /// Which rate register holds which price period.
    #[must_use]
    pub fn tariff_order(&self, on: Date) -> TariffOrder {
        self.newest(on, |edition| edition.tariff_order.as_ref())
            .map_or_else(TariffOrder::default, |(rates, _)| TariffOrder::new(rates.clone()))
    }
}
