//! Metering points and customers, as the ledger has them.

use jicha_domain::customer::Customer;
use jicha_domain::metering_point::MeteringPoint;

use super::{NameplateRecord, PositionRecord, texts};
use crate::words::mirrored_words;

mirrored_words! {
    /// What a metering point measures. Stored as one flat word.
    MeteringPointKind = jicha_domain::metering_point::MeteringPointKind {
        /// One customer (户表).
        Customer,
        /// One customer with three-phase power use (动力户表).
        Power,
        /// What enters a transformer area (台区总表).
        GatewayTransformerArea,
        /// What enters a feeder.
        GatewayFeeder,
        /// What passes a bay of a substation.
        GatewaySubstationBay,
        /// What a customer's plant feeds in, e.g. photovoltaics.
        FeedIn,
    }

    /// Class of a metering point by DL/T 448; which one applies depends on the edition (see `LimitTables`).
    PointClass = jicha_domain::metering_point::PointClass {
        /// Class I.
        I,
        /// Class II.
        II,
        /// Class III.
        III,
        /// Class IV.
        IV,
        /// Class V.
        V,
    }

    /// What makes a place hard to reach.
    AccessDifficulty = jicha_domain::metering_point::AccessDifficulty {
        /// Nothing in particular.
        None,
        /// No road for a car.
        NoVehicle,
        /// Narrow space.
        Confined,
        /// Unsanitary place.
        Sanitary,
        /// Work at height.
        Height,
        /// Dangerous animal.
        Dog,
        /// Somebody must open.
        Locked,
        /// Something else, told in the note.
        Other,
    }
}

/// A metering point as in the ledger.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct MeteringPointRecord {
    /// Its number.
    pub no: String,
    /// Its name.
    pub name: String,
    /// What it measures.
    pub kind: MeteringPointKind,
    /// Its class by DL/T 448, where the ledger states it.
    pub class: Option<PointClass>,
    /// The code of the unit that answers for it.
    pub unit: String,
    /// The transformer area it belongs to.
    pub area: Option<String>,
    /// The customer it measures, none for a gateway.
    pub customer_no: Option<String>,
    /// Where it is, in words.
    pub address: Option<String>,
    /// What makes it hard to reach.
    pub access_difficulty: Option<AccessDifficulty>,
    /// Where it is.
    pub position: Option<PositionRecord>,
    /// Contracted capacity, or rated capacity of the transformer at a gateway, in kVA.
    pub contracted_capacity_kva: Option<String>,
    /// Voltage of the point as the ledger says it.
    pub voltage: Option<String>,
    /// The meter's plate, as in the ledger.
    pub nameplate: NameplateRecord,
}

/// A customer as in the ledger, as far as a visit needs it.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct CustomerRecord {
    /// Number.
    pub no: String,
    /// Name.
    pub name: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Person to ask for.
    pub contact: Option<String>,
    /// Supply voltage as the ledger says it.
    pub voltage: Option<String>,
    /// Contracted capacity in kVA.
    pub capacity_kva: Option<String>,
    /// Price class.
    pub price_code: Option<String>,
}

impl From<MeteringPoint> for MeteringPointRecord {
    fn from(point: MeteringPoint) -> Self {
        Self {
            no: point.no.to_string(),
            name: point.name,
            kind: point.kind.into(),
            class: point.class.map(Into::into),
            unit: point.unit.to_string(),
            area: texts(point.area),
            customer_no: texts(point.customer_no),
            address: point.address,
            access_difficulty: point.access_difficulty.map(Into::into),
            position: point.position.map(Into::into),
            contracted_capacity_kva: texts(point.contracted_capacity_kva),
            voltage: point.voltage,
            nameplate: point.nameplate.into(),
        }
    }
}

impl From<Customer> for CustomerRecord {
    fn from(customer: Customer) -> Self {
        Self {
            no: customer.no.to_string(),
            name: customer.name,
            address: customer.address,
            phone: customer.phone,
            contact: customer.contact,
            voltage: customer.voltage,
            capacity_kva: texts(customer.capacity_kva),
            price_code: customer.price_code,
        }
    }
}
