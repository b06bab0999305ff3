//! The numbers that a verdict rests on.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::register::Unit;
use crate::word::word_enum;

word_enum! {
    /// What a figure is.
    pub enum FigureName {
        /// The value that was judged.
        Value => "value", "本次值", "Value";
        /// The value before it.
        Previous => "previous", "上次值", "Previous value";
        /// Difference of two readings in register units.
        Difference => "difference", "示数差", "Difference";
        /// Energy = difference × multiplier.
        Energy => "energy", "电量", "Energy";
        /// The limit that applies.
        Limit => "limit", "限值", "Limit";
        /// The lower limit of a band.
        LimitLow => "limit_low", "下限", "Lower limit";
        /// The multiplier.
        Multiplier => "multiplier", "倍率", "Multiplier";
        /// Hours between two readings.
        Hours => "hours", "小时数", "Hours";
        /// Contracted capacity.
        Capacity => "capacity", "合同容量", "Contracted capacity";
        /// Factor on a capacity.
        Factor => "factor", "系数", "Factor";
        /// Highest number of the register plus one.
        RegisterWidth => "register_width", "表位上限", "Register width";
        /// What the mean of earlier periods lets expect.
        Expected => "expected", "预期值", "Expected";
        /// Deviation from what is expected.
        Deviation => "deviation", "偏差", "Deviation";
        /// Sum of the rates.
        Sum => "sum", "费率合计", "Sum of the rates";
        /// How many.
        Count => "count", "数量", "Count";
        /// How many there should be.
        CountExpected => "count_expected", "应有数量", "Expected count";
        /// A load in per cent.
        Load => "load", "负荷", "Load";
        /// A power factor.
        PowerFactor => "power_factor", "功率因数", "Power factor";
        /// An accuracy class.
        Class => "class", "准确度等级", "Accuracy class";
        /// A current.
        Current => "current", "电流", "Current";
        /// A voltage.
        Voltage => "voltage", "电压", "Voltage";
        /// An angle.
        Angle => "angle", "相位角", "Angle";
        /// A power.
        Power => "power", "功率", "Power";
        /// A correction coefficient K.
        Coefficient => "coefficient", "更正系数", "Correction coefficient";
        /// A date or time.
        Time => "time", "时间", "Time";
        /// The date or time before it.
        TimePrevious => "time_previous", "上次时间", "Previous time";
        /// A distance.
        Distance => "distance", "距离", "Distance";
        /// A part of the whole.
        Share => "share", "占比", "Share";
        /// What the ledger says.
        Ledger => "ledger", "台账", "Ledger";
        /// What was found on site.
        Site => "site", "现场", "Site";
        /// What is missing for an answer.
        Lacking => "lacking", "缺少", "Lacking";
        /// Which detail is meant.
        Detail => "detail", "说明", "Detail";
    }
}

/// A number or a word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureValue {
    /// An exact decimal.
    Number(Decimal),
    /// A word, e.g. a state or a ratio.
    Text(String),
}

/// One named figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// What it is.
    pub name: FigureName,
    /// How much or which; stored as `number` or `text`.
    #[serde(flatten)]
    pub value: FigureValue,
    /// Unit of a number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<Unit>,
}

impl Figure {
    /// A number with a unit.
    #[must_use]
    pub const fn number(name: FigureName, value: Decimal, unit: Unit) -> Self {
        Self {
            name,
            value: FigureValue::Number(value),
            unit: Some(unit),
        }
    }

    /// A number without a unit.
    #[must_use]
    pub const fn plain(name: FigureName, value: Decimal) -> Self {
        Self {
            name,
            value: FigureValue::Number(value),
            unit: None,
        }
    }

    /// A word.
    #[must_use]
    pub fn text(name: FigureName, text: impl Into<String>) -> Self {
        Self {
            name,
            value: FigureValue::Text(text.into()),
            unit: None,
        }
    }

    /// The number, where it is one.
    #[must_use]
    pub const fn as_number(&self) -> Option<Decimal> {
        match self.value {
            FigureValue::Number(number) => Some(number),
            FigureValue::Text(_) => None,
        }
    }
}

impl std::fmt::Display for Figure {
    /// The value with its unit. Numbers with very many digits (quotients) are cut to six decimals.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.value {
            FigureValue::Text(text) => f.write_str(text),
            FigureValue::Number(number) => {
                let shown = if number.scale() > 6 {
                    number.round_dp(6).normalize()
                } else {
                    *number
                };
                match self.unit.map(Unit::symbol) {
                    None | Some("") => write!(f, "{shown}"),
                    Some(symbol @ ("%" | "°")) => write!(f, "{shown}{symbol}"),
                    Some(symbol) => write!(f, "{shown} {symbol}"),
                }
            }
        }
    }
}
