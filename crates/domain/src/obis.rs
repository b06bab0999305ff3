//! OBIS codes (IEC 62056-61): the canonical name of a register, whatever protocol or dial it was read from.

use std::fmt;
use std::str::FromStr;

use crate::register::Unit;
use crate::word::{Language, serde_as_string, shorten, word_enum};

/// A register's name, six bytes written `A-B:C.D.E*F`, e.g. `1-0:1.8.0*255` (forward active energy, total).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Obis {
    /// Medium; 1 = electricity.
    pub a: u8,
    /// Channel; 0 = none.
    pub b: u8,
    /// Quantity, e.g. 1 = forward active, 2 = reverse active, 3 and 4 reactive, 5 to 8 the quadrants.
    pub c: u8,
    /// Kind of value, e.g. 8 = energy, 6 = maximum demand, 7 = instantaneous.
    pub d: u8,
    /// Rate; 0 = total.
    pub e: u8,
    /// Stored period; 255 = current.
    pub f: u8,
}

word_enum! {
    /// A price period of the day. Which rate register holds which is set per bureau: see [`TariffOrder`].
    pub enum Tariff {
        /// Sharp peak.
        Sharp => "sharp", "尖", "Sharp";
        /// Peak.
        Peak => "peak", "峰", "Peak";
        /// Flat.
        Flat => "flat", "平", "Flat";
        /// Valley.
        Valley => "valley", "谷", "Valley";
        /// Deep valley.
        DeepValley => "deep_valley", "深谷", "Deep valley";
    }
}

/// Which rate register (E of the OBIS code, from 1) holds which price period. DL/T 645 does not fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TariffOrder(Vec<Tariff>);

impl TariffOrder {
    /// Takes the periods in the order of their rate registers: the first is rate 1.
    #[must_use]
    pub fn new(periods: Vec<Tariff>) -> Self {
        Self(periods)
    }

    /// The period that rate register `rate` (from 1) holds.
    #[must_use]
    pub fn tariff(&self, rate: u8) -> Option<Tariff> {
        usize::from(rate)
            .checked_sub(1)
            .and_then(|index| self.0.get(index))
            .copied()
    }

    /// The rate register (from 1) that holds this period.
    #[must_use]
    pub fn rate(&self, tariff: Tariff) -> Option<u8> {
        let index = self.0.iter().position(|period| *period == tariff)?;
        u8::try_from(index + 1).ok()
    }
}

impl Default for TariffOrder {
    /// The usual order: 1 sharp, 2 peak, 3 flat, 4 valley. Common practice, not checked against a standard's text.
    fn default() -> Self {
        Self(vec![Tariff::Sharp, Tariff::Peak, Tariff::Flat, Tariff::Valley])
    }
}

impl Obis {
    /// Forward active energy, total (正向有功总).
    pub const FORWARD_TOTAL: Self = Self::electricity(1, 8, 0);
    /// Forward active energy, rate 1 (usually 尖).
    pub const FORWARD_RATE_1: Self = Self::electricity(1, 8, 1);
    /// Forward active energy, rate 2 (usually 峰).
    pub const FORWARD_RATE_2: Self = Self::electricity(1, 8, 2);
    /// Forward active energy, rate 3 (usually 平).
    pub const FORWARD_RATE_3: Self = Self::electricity(1, 8, 3);
    /// Forward active energy, rate 4 (usually 谷).
    pub const FORWARD_RATE_4: Self = Self::electricity(1, 8, 4);
    /// Reverse active energy, total (反向有功总).
    pub const REVERSE_TOTAL: Self = Self::electricity(2, 8, 0);
    /// Reactive energy imported, total (组合无功1 / 正向无功).
    pub const REACTIVE_IMPORT_TOTAL: Self = Self::electricity(3, 8, 0);
    /// Reactive energy exported, total (组合无功2 / 反向无功).
    pub const REACTIVE_EXPORT_TOTAL: Self = Self::electricity(4, 8, 0);
    /// Reactive energy, quadrant I.
    pub const QUADRANT_1_TOTAL: Self = Self::electricity(5, 8, 0);
    /// Reactive energy, quadrant II.
    pub const QUADRANT_2_TOTAL: Self = Self::electricity(6, 8, 0);
    /// Reactive energy, quadrant III.
    pub const QUADRANT_3_TOTAL: Self = Self::electricity(7, 8, 0);
    /// Reactive energy, quadrant IV.
    pub const QUADRANT_4_TOTAL: Self = Self::electricity(8, 8, 0);
    /// Maximum demand of forward active power, total (最大需量).
    pub const MAX_DEMAND_TOTAL: Self = Self::electricity(1, 6, 0);

    /// A code of medium electricity, no channel, current period.
    #[must_use]
    pub const fn electricity(c: u8, d: u8, e: u8) -> Self {
        Self {
            a: 1,
            b: 0,
            c,
            d,
            e,
            f: 255,
        }
    }

    /// The same quantity in another rate register; 0 is the total.
    #[must_use]
    pub const fn with_rate(self, rate: u8) -> Self {
        Self { e: rate, ..self }
    }

    /// Whether this is the sum over all rates.
    #[must_use]
    pub const fn is_total(self) -> bool {
        self.e == 0
    }

    /// Whether this register counts up for ever (energy), unlike a demand or a momentary value.
    #[must_use]
    pub const fn is_energy(self) -> bool {
        self.a == 1 && matches!(self.c, 1..=8) && self.d == 8
    }

    /// Whether this register counts active energy, in either direction.
    #[must_use]
    pub const fn is_active_energy(self) -> bool {
        self.is_energy() && matches!(self.c, 1 | 2)
    }

    /// Whether this is a maximum demand.
    #[must_use]
    pub const fn is_max_demand(self) -> bool {
        self.a == 1 && matches!(self.c, 1..=8) && self.d == 6
    }

    /// The unit of the register, where the code settles it.
    #[must_use]
    pub const fn unit(self) -> Option<Unit> {
        if self.a != 1 {
            return None;
        }
        match (self.c, self.d) {
            (1 | 2, 8) => Some(Unit::Kwh),
            (3..=8, 8) => Some(Unit::Kvarh),
            (1 | 2 | 21 | 41 | 61, 6 | 7) => Some(Unit::Kw),
            (3..=8, 6 | 7) => Some(Unit::Kvar),
            (12 | 32 | 52 | 72, 7) => Some(Unit::Volt),
            (11 | 31 | 51 | 71, 7) => Some(Unit::Ampere),
            (81, 7) => Some(Unit::Degree),
            _ => None,
        }
    }

    /// What a person calls this register, e.g. `正向有功 峰` or `Forward active, peak`. Falls back on the code.
    #[must_use]
    pub fn label(self, language: Language, order: &TariffOrder) -> String {
        let quantity = match (self.c, self.d, language) {
            _ if self.a != 1 => return self.to_string(),
            (1, 8, Language::Zh) => "正向有功",
            (1, 8, Language::En) => "Forward active",
            (2, 8, Language::Zh) => "反向有功",
            (2, 8, Language::En) => "Reverse active",
            (3, 8, Language::Zh) => "正向无功",
            (3, 8, Language::En) => "Reactive import",
            (4, 8, Language::Zh) => "反向无功",
            (4, 8, Language::En) => "Reactive export",
            (5, 8, Language::Zh) => "无功一象限",
            (5, 8, Language::En) => "Reactive quadrant I",
            (6, 8, Language::Zh) => "无功二象限",
            (6, 8, Language::En) => "Reactive quadrant II",
            (7, 8, Language::Zh) => "无功三象限",
            (7, 8, Language::En) => "Reactive quadrant III",
            (8, 8, Language::Zh) => "无功四象限",
            (8, 8, Language::En) => "Reactive quadrant IV",
            (1, 6, Language::Zh) => "正向有功最大需量",
            (1, 6, Language::En) => "Forward active maximum demand",
            (2, 6, Language::Zh) => "反向有功最大需量",
            (2, 6, Language::En) => "Reverse active maximum demand",
            _ => return self.to_string(),
        };
        match (self.e, order.tariff(self.e), language) {
            (0, _, Language::Zh) => format!("{quantity} 总"),
            (0, _, Language::En) => format!("{quantity}, total"),
            (_, Some(tariff), Language::Zh) => format!("{quantity} {}", tariff.label(language)),
            (_, Some(tariff), Language::En) => {
                format!("{quantity}, {}", tariff.label(language).to_ascii_lowercase())
            }
            (rate, None, Language::Zh) => format!("{quantity} 费率{rate}"),
            (rate, None, Language::En) => format!("{quantity}, rate {rate}"),
        }
    }
}

impl fmt::Display for Obis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            a,
            b,
            c,
            d,
            e,
            f: period,
        } = self;
        write!(f, "{a}-{b}:{c}.{d}.{e}*{period}")
    }
}

impl fmt::Debug for Obis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Obis({self})")
    }
}

/// A text that is not an OBIS code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an OBIS code such as 1-0:1.8.0*255 or 1.8.0, but found {found:?}")]
pub struct ObisError {
    /// What was there instead, cut to a readable length.
    pub found: String,
}

impl FromStr for Obis {
    type Err = ObisError;

    /// Accepts `A-B:C.D.E*F`, `A-B:C.D.E`, and the short `C.D.E` that people write (then A-B = 1-0, F = 255).
    fn from_str(text: &str) -> Result<Self, ObisError> {
        fn byte(text: &str) -> Option<u8> {
            let plain = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            if plain { text.parse().ok() } else { None }
        }
        fn parse(text: &str) -> Option<Obis> {
            let (medium, rest) = text.split_once(':').unwrap_or(("1-0", text));
            let (a, b) = medium.split_once('-')?;
            let (value, f) = rest.split_once('*').unwrap_or((rest, "255"));
            let mut parts = value.split('.');
            let (c, d, e) = (parts.next()?, parts.next()?, parts.next()?);
            if parts.next().is_some() {
                return None;
            }
            Some(Obis {
                a: byte(a)?,
                b: byte(b)?,
                c: byte(c)?,
                d: byte(d)?,
                e: byte(e)?,
                f: byte(f)?,
            })
        }
        parse(text).ok_or_else(|| ObisError { found: shorten(text) })
    }
}

serde_as_string!(Obis);
