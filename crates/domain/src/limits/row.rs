//! The rows of the limit tables.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::PointFacts;
use crate::meter::{AccuracyClass, Connection};
use crate::metering_point::PointClass;
use crate::word::word_enum;

word_enum! {
    /// How IEC 62053 tells loads apart: meters for direct connection, whose loads refer to Ib, and meters behind
    /// transformers, whose loads refer to In.
    pub enum LimitConnection {
        /// Directly connected.
        Direct => "direct", "直接接入", "Direct";
        /// Behind transformers.
        Transformer => "transformer", "经互感器", "Via transformers";
    }
}

impl From<Connection> for LimitConnection {
    fn from(connection: Connection) -> Self {
        match connection {
            Connection::Direct => Self::Direct,
            Connection::ViaCt | Connection::ViaCtPt => Self::Transformer,
        }
    }
}

/// Limit of the error of a meter within one range of load and power factor.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorLimit {
    /// Accuracy class.
    pub class: AccuracyClass,
    /// Direct or behind transformers.
    pub connection: LimitConnection,
    /// From this load on, in per cent of Ib or In.
    pub load_from_percent: Decimal,
    /// Below this load; none up to Imax.
    #[serde(default)]
    pub load_below_percent: Option<Decimal>,
    /// From this power factor on.
    pub power_factor_from: Decimal,
    /// Below this power factor; none up to and with 1.
    #[serde(default)]
    pub power_factor_below: Option<Decimal>,
    /// Whether only for lagging (true) or only for leading currents (false); none for both.
    #[serde(default)]
    pub inductive: Option<bool>,
    /// The limit, either way, in per cent.
    pub limit_percent: Decimal,
}

impl ErrorLimit {
    /// Whether a test point lies in the range of this row.
    pub(super) fn covers(&self, load_percent: Decimal, power_factor: Decimal, inductive: bool) -> bool {
        load_percent >= self.load_from_percent
            && self.load_below_percent.is_none_or(|below| load_percent < below)
            && power_factor >= self.power_factor_from
            && self.power_factor_below.is_none_or(|below| power_factor < below)
            && self.inductive.is_none_or(|only| only == inductive)
    }
}

/// When a test on site is worth doing.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldTestLimits {
    /// Lowest load in per cent of Ib or In.
    pub load_min_percent: Decimal,
    /// The same for the S classes.
    pub load_min_percent_class_s: Decimal,
    /// Lowest power factor.
    pub power_factor_min: Decimal,
}

impl FieldTestLimits {
    /// The lowest load for a class.
    #[must_use]
    pub const fn load_min(&self, class: AccuracyClass) -> Decimal {
        match class {
            AccuracyClass::C02S | AccuracyClass::C05S => self.load_min_percent_class_s,
            AccuracyClass::C1 | AccuracyClass::C2 => self.load_min_percent,
        }
    }
}

/// How often a point of a class is tested on site.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestInterval {
    /// Class of the point.
    pub class: PointClass,
    /// At least every so many months.
    pub months: i32,
}

/// What makes a metering point one of a class. It is enough to reach one of the thresholds; a row without any takes
/// what is left.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointClassRow {
    /// The class.
    pub class: PointClass,
    /// Only single-phase points (true), or only others (false).
    pub single_phase: bool,
    /// Energy of a month, in kWh.
    #[serde(default)]
    pub energy_month_kwh_min: Option<Decimal>,
    /// Capacity, in kVA.
    #[serde(default)]
    pub capacity_kva_min: Option<Decimal>,
    /// Nominal voltage, in kV.
    #[serde(default)]
    pub voltage_kv_min: Option<Decimal>,
}

impl PointClassRow {
    pub(super) fn is_met_by(&self, facts: &PointFacts) -> bool {
        let thresholds = [
            (self.energy_month_kwh_min, facts.energy_month_kwh),
            (self.capacity_kva_min, facts.capacity_kva),
            (self.voltage_kv_min, facts.voltage_kv),
        ];
        let reaches = |(min, fact): &(Option<Decimal>, Option<Decimal>)| {
            min.zip(*fact).is_some_and(|(min, fact)| fact >= min)
        };
        let no_threshold = thresholds.iter().all(|(min, _)| min.is_none());
        self.single_phase == facts.single_phase && (no_threshold || thresholds.iter().any(reaches))
    }
}

/// Limits of a meter's clock.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockLimits {
    /// Largest deviation in seconds.
    pub deviation_s_max: i64,
    /// Largest daily rate in seconds a day.
    pub daily_rate_s_max: Decimal,
}

/// Band of a voltage.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoltageBand {
    /// Nominal voltage of a measuring element, in V.
    pub nominal_v: Decimal,
    /// Lowest allowed, in V.
    pub low_v: Decimal,
    /// Highest allowed, in V.
    pub high_v: Decimal,
}

/// Factors for the plausibility of readings.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingLimits {
    /// More than capacity × hours × this is impossible.
    pub capacity_factor_hard: Decimal,
    /// More than capacity × hours × this is doubtful.
    pub capacity_factor_soft: Decimal,
    /// More than what Imax at rated voltage passes × this is impossible; above 1 since voltage may be above its rating.
    pub imax_factor: Decimal,
    /// A rollover is possible only from this part of the register's width on.
    pub rollover_from: Decimal,
    /// A change is a jump above this many per cent of the mean …
    pub jump_percent: Decimal,
    /// … and above this many kWh.
    pub jump_kwh: Decimal,
    /// How many earlier periods make up the mean.
    pub mean_periods: Decimal,
    /// So many periods without use are doubtful.
    pub unchanged_periods: Decimal,
    /// A maximum demand above capacity × this is a violation; above the capacity it is doubtful.
    pub demand_factor: Decimal,
}

impl ReadingLimits {
    pub(super) const fn factors(&self) -> [(&'static str, Decimal); 9] {
        [
            ("capacity_factor_hard", self.capacity_factor_hard),
            ("capacity_factor_soft", self.capacity_factor_soft),
            ("imax_factor", self.imax_factor),
            ("rollover_from", self.rollover_from),
            ("jump_percent", self.jump_percent),
            ("jump_kwh", self.jump_kwh),
            ("mean_periods", self.mean_periods),
            ("unchanged_periods", self.unchanged_periods),
            ("demand_factor", self.demand_factor),
        ]
    }
}

/// Thresholds for measured phases.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WiringLimits {
    /// A voltage below this part of its rating, in per cent, is missing.
    pub voltage_missing_percent: Decimal,
    /// A current below this part of the largest phase current, in per cent, is missing.
    pub current_missing_percent: Decimal,
    /// So many degrees off, a voltage angle is neither right nor reversed sequence.
    pub sequence_tolerance_deg: Decimal,
}

impl WiringLimits {
    pub(super) const fn thresholds(&self) -> [(&'static str, Decimal); 3] {
        [
            ("voltage_missing_percent", self.voltage_missing_percent),
            ("current_missing_percent", self.current_missing_percent),
            ("sequence_tolerance_deg", self.sequence_tolerance_deg),
        ]
    }
}

/// How far from the ledger's place a record may be made.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceLimits {
    /// Largest distance in metres, beyond the accuracy that the device claims.
    pub distance_m_max: Decimal,
}

/// When a photo is doubted.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhotoLimits {
    /// Below this variance of the Laplacian it is blurred.
    pub sharpness_min: Decimal,
    /// Below this mean luma it is too dark.
    pub mean_luma_min: Decimal,
    /// With more nearly black pixels than this, in per cent, too.
    pub dark_percent_max: Decimal,
    /// With more burnt-out pixels than this, in per cent, it glares.
    pub clipped_percent_max: Decimal,
    /// Perceptual hashes that differ in so many bits or fewer look alike.
    pub alike_bits_max: u32,
    /// Largest distance from the ledger's place in metres, beyond the accuracy that the device claims.
    pub distance_m_max: Decimal,
    /// So many minutes before the visit, or after it was attached, it may have been taken.
    pub outside_visit_minutes_max: Decimal,
    /// By so many seconds the wall clock may have gone otherwise than the monotonic one.
    pub clock_moved_s_max: Decimal,
}

impl PhotoLimits {
    pub(super) const fn thresholds(&self) -> [(&'static str, Decimal); 7] {
        [
            ("sharpness_min", self.sharpness_min),
            ("mean_luma_min", self.mean_luma_min),
            ("dark_percent_max", self.dark_percent_max),
            ("clipped_percent_max", self.clipped_percent_max),
            ("distance_m_max", self.distance_m_max),
            ("outside_visit_minutes_max", self.outside_visit_minutes_max),
            ("clock_moved_s_max", self.clock_moved_s_max),
        ]
    }
}
