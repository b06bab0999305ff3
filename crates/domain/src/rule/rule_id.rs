//! Names of rules. They are stored with doubtful values, so they never change.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::word::{serde_as_string, shorten};

/// Name of a rule, e.g. `reading_backwards`. Not an enum: a newer app may have rules that this one does not know, and
/// their names must survive.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(Cow<'static, str>);

/// A text that can't be a rule's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a rule's name (1 to 48 of a-z, 0-9 and '_'), but found {found:?}")]
pub struct RuleIdError {
    /// What was there instead, cut to a readable length.
    pub found: String,
}

macro_rules! known_rules {
    ($( $(#[$meta:meta])* $name:ident = $text:literal; )+) => {
        impl RuleId {
            $( $(#[$meta])* pub const $name: Self = Self(Cow::Borrowed($text)); )+

            /// Every rule that this version knows.
            pub const KNOWN: &'static [Self] = &[$( Self::$name, )+];
        }
    };
}

known_rules! {
    /// The register shows less than last time and no rollover explains it.
    READING_BACKWARDS = "reading_backwards";
    /// The register has passed its highest number and begun anew.
    READING_ROLLOVER = "reading_rollover";
    /// More digits than the register has.
    READING_TOO_WIDE = "reading_too_wide";
    /// More energy than contracted capacity × hours allows.
    READING_OVER_CAPACITY = "reading_over_capacity";
    /// More energy than the meter's maximum current could have passed.
    READING_OVER_IMAX = "reading_over_imax";
    /// Not moved since last time.
    READING_UNCHANGED = "reading_unchanged";
    /// Far from the mean of earlier periods.
    READING_JUMP = "reading_jump";
    /// Looks as if the decimal point was left out.
    READING_DECIMALS_LOST = "reading_decimals_lost";
    /// The rates do not add up to the total.
    READING_TARIFF_SUM = "reading_tariff_sum";
    /// Read before the last reading.
    READING_DATE = "reading_date";
    /// Two readings of one register on one visit contradict each other.
    READING_REPEATED = "reading_repeated";
    /// Maximum demand above the contracted capacity.
    DEMAND_OVER_CAPACITY = "demand_over_capacity";
    /// The ledger's multiplier is not what its own ratios give.
    MULTIPLIER_LEDGER = "multiplier_ledger";
    /// The ledger's multiplier is not what the plates on site give.
    MULTIPLIER_SITE = "multiplier_site";
    /// Another meter than in the ledger.
    ASSET_NO = "asset_no";
    /// The plate on site is not as in the ledger.
    NAMEPLATE = "nameplate";
    /// Error of a test point.
    ERROR_LIMIT = "error_limit";
    /// Deviation of the meter's clock.
    CLOCK_DEVIATION = "clock_deviation";
    /// Voltage outside its band.
    VOLTAGE_BAND = "voltage_band";
    /// A voltage or current is missing.
    PHASE_MISSING = "phase_missing";
    /// Voltages follow each other in the wrong order.
    PHASE_SEQUENCE = "phase_sequence";
    /// Power flows the wrong way in a phase.
    POWER_DIRECTION = "power_direction";
    /// How far the meter is off because of its wiring.
    CORRECTION_COEFFICIENT = "correction_coefficient";
    /// A seal is missing, broken or another one.
    SEAL = "seal";
    /// The last test is longer ago than the interval of DL/T 448.
    TEST_INTERVAL = "test_interval";
    /// Recorded far from where the ledger has the point.
    PLACE = "place";
    /// A photo without edges.
    PHOTO_BLURRED = "photo_blurred";
    /// A photo on which little can be seen.
    PHOTO_TOO_DARK = "photo_too_dark";
    /// A photo with burnt-out places.
    PHOTO_GLARE = "photo_glare";
    /// The very same file was used before.
    PHOTO_USED_BEFORE = "photo_used_before";
    /// It looks like another photo.
    PHOTO_LOOKS_LIKE_ANOTHER = "photo_looks_like_another";
    /// Taken far from where the ledger has the point.
    PHOTO_FAR_FROM_POINT = "photo_far_from_point";
    /// Taken before the visit or after it was attached.
    PHOTO_OUTSIDE_VISIT = "photo_outside_visit";
    /// A program made the position up.
    PHOTO_POSITION_MOCKED = "photo_position_mocked";
    /// Somebody turned the device's clock.
    PHOTO_CLOCK_MOVED = "photo_clock_moved";
}

impl RuleId {
    /// Checks a name and wraps it, known to this version or not.
    pub fn new(text: impl Into<String>) -> Result<Self, RuleIdError> {
        let text = text.into();
        let well_formed = (1..=48).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if well_formed {
            Ok(Self(Cow::Owned(text)))
        } else {
            Err(RuleIdError {
                found: shorten(&text),
            })
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RuleId({})", self.0)
    }
}

impl FromStr for RuleId {
    type Err = RuleIdError;

    fn from_str(text: &str) -> Result<Self, RuleIdError> {
        Self::new(text)
    }
}

serde_as_string!(RuleId);
