//! Metering points: the places where energy is measured, with what the ledger says about them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::id::{CustomerNo, MeteringPointNo, OrgUnitCode};
use crate::meter::Nameplate;
use crate::position::PositionWgs84;
use crate::word::word_enum;

word_enum! {
    /// What a metering point measures. Stored as one flat word.
    pub enum MeteringPointKind {
        /// One customer (户表).
        Customer => "customer", "户表", "Customer meter";
        /// One customer with three-phase power use (动力户表).
        Power => "power", "动力户表", "Power meter";
        /// What enters a transformer area (台区总表).
        GatewayTransformerArea => "gateway_transformer_area", "台区关口表", "Gateway meter of a transformer area";
        /// What enters a feeder.
        GatewayFeeder => "gateway_feeder", "线路关口表", "Gateway meter of a feeder";
        /// What passes a bay of a substation.
        GatewaySubstationBay => "gateway_substation_bay", "变电站关口表", "Gateway meter of a substation bay";
        /// What a customer's plant feeds in, e.g. photovoltaics.
        FeedIn => "feed_in", "上网电表", "Feed-in meter";
    }
}

impl MeteringPointKind {
    /// Whether it is a gateway meter (关口表) of any level.
    #[must_use]
    pub const fn is_gateway(self) -> bool {
        matches!(
            self,
            Self::GatewayTransformerArea | Self::GatewayFeeder | Self::GatewaySubstationBay
        )
    }

    /// Whether energy may rightly flow backwards through it.
    #[must_use]
    pub const fn may_feed_in(self) -> bool {
        self.is_gateway() || matches!(self, Self::FeedIn)
    }
}

word_enum! {
    /// Class of a metering point by DL/T 448; which one applies depends on the edition (see `LimitTables`).
    pub enum PointClass {
        /// Class I.
        I => "I", "Ⅰ类", "Class I";
        /// Class II.
        II => "II", "Ⅱ类", "Class II";
        /// Class III.
        III => "III", "Ⅲ类", "Class III";
        /// Class IV.
        IV => "IV", "Ⅳ类", "Class IV";
        /// Class V.
        V => "V", "Ⅴ类", "Class V";
    }
}

word_enum! {
    /// What makes a place hard to reach.
    pub enum AccessDifficulty {
        /// Nothing in particular.
        None => "none", "无", "None";
        /// No road for a car.
        NoVehicle => "no_vehicle", "车辆无法到达", "No vehicle access";
        /// Narrow space.
        Confined => "confined", "空间狭窄", "Confined space";
        /// Unsanitary place.
        Sanitary => "sanitary", "卫生条件差", "Unsanitary";
        /// Work at height.
        Height => "height", "高处", "At height";
        /// Dangerous animal.
        Dog => "dog", "有犬", "Dog";
        /// Somebody must open.
        Locked => "locked", "上锁", "Locked";
        /// Something else, told in the note.
        Other => "other", "其他", "Other";
    }
}

/// A metering point as in the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeteringPoint {
    /// Its number (计量点编号).
    pub no: MeteringPointNo,
    /// Its name.
    pub name: String,
    /// What it measures.
    pub kind: MeteringPointKind,
    /// Its class by DL/T 448, where the ledger states it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub class: Option<PointClass>,
    /// The unit that answers for it.
    pub unit: OrgUnitCode,
    /// The transformer area it belongs to, where it belongs to one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub area: Option<OrgUnitCode>,
    /// The customer it measures, none for a gateway.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub customer_no: Option<CustomerNo>,
    /// Where it is, in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<String>,
    /// What makes it hard to reach.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub access_difficulty: Option<AccessDifficulty>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub position: Option<PositionWgs84>,
    /// Contracted capacity, or rated capacity of the transformer at a gateway, in kVA.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub contracted_capacity_kva: Option<Decimal>,
    /// Voltage of the point as the ledger says it, e.g. `交流220V` or `10kV`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub voltage: Option<String>,
    /// The meter's plate, as in the ledger.
    pub nameplate: Nameplate,
}
