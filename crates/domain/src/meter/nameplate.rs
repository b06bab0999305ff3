//! Nameplates.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::plate::plate_number;
use super::{AccuracyClass, Connection, CurrentRating, Multiplier, MultiplierError, PhaseWire, Ratio};
use crate::id::AssetNo;

/// What is printed on a meter and its transformers (铭牌), either as the ledger says or as found on site. Everything
/// but the asset number may be unreadable or unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nameplate {
    /// Asset number of the bar code (资产编号).
    pub asset_no: AssetNo,
    /// Number given by the maker (出厂编号).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub factory_no: Option<String>,
    /// Maker (制造厂).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub maker: Option<String>,
    /// Model, e.g. `DTZY341` (型号).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub model: Option<String>,
    /// Phases and wires (相线).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phase_wire: Option<PhaseWire>,
    /// Direct or through transformers (接入方式).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub connection: Option<Connection>,
    /// Rated voltage as printed, e.g. `3×220/380 V`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rated_voltage: Option<String>,
    /// Rated current as printed, e.g. `5(60) A`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub current: Option<String>,
    /// Accuracy class for active energy.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accuracy_class: Option<AccuracyClass>,
    /// Pulse constant in imp/kWh.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub constant_imp_per_kwh: Option<Decimal>,
    /// Digits before the decimal point; the register rolls over at 10 to this power.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub integer_digits: Option<u8>,
    /// Digits after the decimal point.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decimal_digits: Option<u8>,
    /// Ratio of the current transformers, none without.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ct_ratio: Option<Ratio>,
    /// Ratio of the voltage transformers, none without.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pt_ratio: Option<Ratio>,
    /// The meter's own multiplier (自身倍率), none for 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub own_multiplier: Option<Decimal>,
    /// The multiplier that is used for billing, as the ledger states it. Beside the ratios on purpose: where the two
    /// disagree, there is a finding.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stated_multiplier: Option<Multiplier>,
    /// Communication address: 12 digits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub communication_address: Option<String>,
    /// Year of manufacture.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub made_in_year: Option<i16>,
    /// Day of installation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub installed_on: Option<Date>,
    /// Day of the last verification or on-site test.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verified_on: Option<Date>,
}

impl Nameplate {
    /// A plate of which only the asset number is known.
    #[must_use]
    pub const fn new(asset_no: AssetNo) -> Self {
        Self {
            asset_no,
            factory_no: None,
            maker: None,
            model: None,
            phase_wire: None,
            connection: None,
            rated_voltage: None,
            current: None,
            accuracy_class: None,
            constant_imp_per_kwh: None,
            integer_digits: None,
            decimal_digits: None,
            ct_ratio: None,
            pt_ratio: None,
            own_multiplier: None,
            stated_multiplier: None,
            communication_address: None,
            made_in_year: None,
            installed_on: None,
            verified_on: None,
        }
    }

    /// The multiplier that follows from the ratios on this plate.
    pub fn derived_multiplier(&self) -> Result<Multiplier, MultiplierError> {
        Multiplier::from_plates(self.ct_ratio, self.pt_ratio, self.own_multiplier)
    }

    /// The multiplier for billing: as stated, else as derived.
    pub fn multiplier(&self) -> Result<Multiplier, MultiplierError> {
        self.stated_multiplier
            .map_or_else(|| self.derived_multiplier(), Ok)
    }

    /// Basic and maximum current, where the plate tells them readably.
    #[must_use]
    pub fn current_rating(&self) -> Option<CurrentRating> {
        CurrentRating::from_plate(self.current.as_deref()?, self.effective_connection()).ok()
    }

    /// Voltage at one measuring element in V, read from the rated voltage: 220 of `3×220/380 V`, 100 of `3×100 V`.
    #[must_use]
    pub fn element_voltage_v(&self) -> Option<Decimal> {
        let text = self.rated_voltage.as_deref()?.trim();
        // The count of phases stands before the sign of multiplication.
        let number = text
            .split(['×', 'x', 'X', '*'])
            .next_back()?
            .trim_start_matches(['交', '直', '流']);
        let end = number
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(number.len());
        plate_number(&number[..end])
    }

    /// This plate, with what it leaves open taken from another plate of the same meter. Where this one tells a ratio,
    /// the other's stated multiplier is left out: what was seen goes before what was written down elsewhere.
    #[must_use]
    pub fn completed_from(self, other: &Self) -> Self {
        let has_ratio = self.ct_ratio.is_some() || self.pt_ratio.is_some();
        Self {
            asset_no: self.asset_no,
            factory_no: self.factory_no.or_else(|| other.factory_no.clone()),
            maker: self.maker.or_else(|| other.maker.clone()),
            model: self.model.or_else(|| other.model.clone()),
            phase_wire: self.phase_wire.or(other.phase_wire),
            connection: self.connection.or(other.connection),
            rated_voltage: self.rated_voltage.or_else(|| other.rated_voltage.clone()),
            current: self.current.or_else(|| other.current.clone()),
            accuracy_class: self.accuracy_class.or(other.accuracy_class),
            constant_imp_per_kwh: self.constant_imp_per_kwh.or(other.constant_imp_per_kwh),
            integer_digits: self.integer_digits.or(other.integer_digits),
            decimal_digits: self.decimal_digits.or(other.decimal_digits),
            ct_ratio: self.ct_ratio.or(other.ct_ratio),
            pt_ratio: self.pt_ratio.or(other.pt_ratio),
            own_multiplier: self.own_multiplier.or(other.own_multiplier),
            stated_multiplier: self.stated_multiplier.or(if has_ratio {
                None
            } else {
                other.stated_multiplier
            }),
            communication_address: self
                .communication_address
                .or_else(|| other.communication_address.clone()),
            made_in_year: self.made_in_year.or(other.made_in_year),
            installed_on: self.installed_on.or(other.installed_on),
            verified_on: self.verified_on.or(other.verified_on),
        }
    }

    /// How loads of an error test refer to this meter.
    #[must_use]
    pub fn effective_connection(&self) -> Connection {
        self.connection.unwrap_or(match (self.ct_ratio, self.pt_ratio) {
            (_, Some(_)) => Connection::ViaCtPt,
            (Some(_), None) => Connection::ViaCt,
            (None, None) => Connection::Direct,
        })
    }
}
