//! What is printed on a meter and its transformers.

use jicha_domain::meter::Nameplate;

use super::texts;
use crate::JichaException;
use crate::input::{decimal_optional, parse, parse_optional};
use crate::words::mirrored_words;

mirrored_words! {
    /// Accuracy class for active energy.
    AccuracyClass = jicha_domain::meter::AccuracyClass {
        /// Class 0.2S (IEC 62053-22).
        C02S,
        /// Class 0.5S (IEC 62053-22).
        C05S,
        /// Class 1 (IEC 62053-21).
        C1,
        /// Class 2 (IEC 62053-21).
        C2,
    }

    /// Phases and wires of a meter (相线).
    PhaseWire = jicha_domain::meter::PhaseWire {
        /// Single phase, two wires.
        SinglePhase,
        /// Three phases, three wires: two measuring elements.
        ThreePhaseThreeWire,
        /// Three phases, four wires: three measuring elements.
        ThreePhaseFourWire,
    }

    /// How the meter is connected (接入方式).
    MeterConnection = jicha_domain::meter::Connection {
        /// Directly.
        Direct,
        /// Through current transformers.
        ViaCt,
        /// Through current and voltage transformers.
        ViaCtPt,
    }
}

/// A plate, as the ledger says or as found on site. Numbers and ratios are text; what can't be read is left out.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct NameplateRecord {
    /// Asset number of the bar code.
    pub asset_no: String,
    /// Number given by the maker.
    #[uniffi(default)]
    pub factory_no: Option<String>,
    /// Maker.
    #[uniffi(default)]
    pub maker: Option<String>,
    /// Model, e.g. `DTZY341`.
    #[uniffi(default)]
    pub model: Option<String>,
    /// Phases and wires.
    #[uniffi(default)]
    pub phase_wire: Option<PhaseWire>,
    /// Direct or through transformers.
    #[uniffi(default)]
    pub connection: Option<MeterConnection>,
    /// Rated voltage as printed, e.g. `3×220/380 V`.
    #[uniffi(default)]
    pub rated_voltage: Option<String>,
    /// Rated current as printed, e.g. `5(60) A`.
    #[uniffi(default)]
    pub current: Option<String>,
    /// Accuracy class for active energy.
    #[uniffi(default)]
    pub accuracy_class: Option<AccuracyClass>,
    /// Pulse constant in imp/kWh.
    #[uniffi(default)]
    pub constant_imp_per_kwh: Option<String>,
    /// Digits before the decimal point.
    #[uniffi(default)]
    pub integer_digits: Option<u8>,
    /// Digits after the decimal point.
    #[uniffi(default)]
    pub decimal_digits: Option<u8>,
    /// Ratio of the current transformers, e.g. `150/5`.
    #[uniffi(default)]
    pub ct_ratio: Option<String>,
    /// Ratio of the voltage transformers, e.g. `10000/100`.
    #[uniffi(default)]
    pub pt_ratio: Option<String>,
    /// The meter's own multiplier, none for 1.
    #[uniffi(default)]
    pub own_multiplier: Option<String>,
    /// The multiplier that is used for billing, e.g. `30` or `100/3`.
    #[uniffi(default)]
    pub stated_multiplier: Option<String>,
    /// Communication address: 12 digits.
    #[uniffi(default)]
    pub communication_address: Option<String>,
    /// Year of manufacture.
    #[uniffi(default)]
    pub made_in_year: Option<i16>,
    /// Day of installation, ISO 8601.
    #[uniffi(default)]
    pub installed_on: Option<String>,
    /// Day of the last verification or on-site test, ISO 8601.
    #[uniffi(default)]
    pub verified_on: Option<String>,
}

impl From<Nameplate> for NameplateRecord {
    fn from(plate: Nameplate) -> Self {
        Self {
            asset_no: plate.asset_no.to_string(),
            factory_no: plate.factory_no,
            maker: plate.maker,
            model: plate.model,
            phase_wire: plate.phase_wire.map(Into::into),
            connection: plate.connection.map(Into::into),
            rated_voltage: plate.rated_voltage,
            current: plate.current,
            accuracy_class: plate.accuracy_class.map(Into::into),
            constant_imp_per_kwh: texts(plate.constant_imp_per_kwh),
            integer_digits: plate.integer_digits,
            decimal_digits: plate.decimal_digits,
            ct_ratio: texts(plate.ct_ratio),
            pt_ratio: texts(plate.pt_ratio),
            own_multiplier: texts(plate.own_multiplier),
            stated_multiplier: texts(plate.stated_multiplier),
            communication_address: plate.communication_address,
            made_in_year: plate.made_in_year,
            installed_on: texts(plate.installed_on),
            verified_on: texts(plate.verified_on),
        }
    }
}

impl TryFrom<NameplateRecord> for Nameplate {
    type Error = JichaException;

    fn try_from(plate: NameplateRecord) -> Result<Self, JichaException> {
        Ok(Self {
            asset_no: parse("asset_no", &plate.asset_no)?,
            factory_no: plate.factory_no,
            maker: plate.maker,
            model: plate.model,
            phase_wire: plate.phase_wire.map(Into::into),
            connection: plate.connection.map(Into::into),
            rated_voltage: plate.rated_voltage,
            current: plate.current,
            accuracy_class: plate.accuracy_class.map(Into::into),
            constant_imp_per_kwh: decimal_optional(
                "constant_imp_per_kwh",
                plate.constant_imp_per_kwh.as_deref(),
            )?,
            integer_digits: plate.integer_digits,
            decimal_digits: plate.decimal_digits,
            ct_ratio: parse_optional("ct_ratio", plate.ct_ratio.as_deref())?,
            pt_ratio: parse_optional("pt_ratio", plate.pt_ratio.as_deref())?,
            own_multiplier: decimal_optional("own_multiplier", plate.own_multiplier.as_deref())?,
            stated_multiplier: parse_optional("stated_multiplier", plate.stated_multiplier.as_deref())?,
            communication_address: plate.communication_address,
            made_in_year: plate.made_in_year,
            installed_on: parse_optional("installed_on", plate.installed_on.as_deref())?,
            verified_on: parse_optional("verified_on", plate.verified_on.as_deref())?,
        })
    }
}
