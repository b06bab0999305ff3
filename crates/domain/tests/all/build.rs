//! Builders in the words of the trade.

use jicha_domain::campaign::{Dimension, Specialty};
use jicha_domain::id::{AssetNo, DeviceId, MeteringPointNo, OrgUnitCode, PersonId, PhotoHash};
use jicha_domain::inspection::{Inspection, InspectionAbout};
use jicha_domain::limits::LimitTables;
use jicha_domain::meter::{AccuracyClass, Connection, Nameplate, PhaseWire};
use jicha_domain::metering_point::{MeteringPoint, MeteringPointKind};
use jicha_domain::obis::Obis;
use jicha_domain::register::{PreviousReading, ReadingSource, RegisterReading, RegisterSlot, Unit};
use jicha_domain::rule::{Outcome, RuleId, Verdict};
use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

pub fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn unit(code: &str) -> OrgUnitCode {
    code.parse().unwrap()
}

pub fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x0192_f0c1_2b3c_7000_8000_0000_0000_0000 + number)
}

pub fn person(number: u128) -> PersonId {
    PersonId::new(uuid(number))
}

pub fn photo_hash(byte: u8) -> PhotoHash {
    PhotoHash::new([byte; 32])
}

pub fn tables() -> LimitTables {
    LimitTables::built_in()
}

/// A gateway meter behind 150/5 A: multiplier 30.
pub fn gateway_plate() -> Nameplate {
    Nameplate {
        maker: Some("某电表厂".to_owned()),
        model: Some("DTZY341".to_owned()),
        phase_wire: Some(PhaseWire::ThreePhaseFourWire),
        connection: Some(Connection::ViaCt),
        rated_voltage: Some("3×220/380 V".to_owned()),
        current: Some("1.5(6) A".to_owned()),
        accuracy_class: Some(AccuracyClass::C05S),
        integer_digits: Some(6),
        decimal_digits: Some(2),
        ct_ratio: Some("150/5".parse().unwrap()),
        ..Nameplate::new(AssetNo::new("0533093515144611965413").unwrap())
    }
}

/// A directly connected three-phase meter of class 1.
pub fn direct_plate() -> Nameplate {
    Nameplate {
        connection: Some(Connection::Direct),
        current: Some("5(60) A".to_owned()),
        accuracy_class: Some(AccuracyClass::C1),
        ct_ratio: None,
        ..gateway_plate()
    }
}

pub fn point(nameplate: Nameplate) -> MeteringPoint {
    MeteringPoint {
        no: MeteringPointNo::new("05303240101G").unwrap(),
        name: "马湾村2号台区总表".to_owned(),
        kind: MeteringPointKind::GatewayTransformerArea,
        class: None,
        unit: unit("0530324"),
        area: Some(unit("5303240101")),
        customer_no: None,
        address: None,
        access_difficulty: None,
        position: None,
        contracted_capacity_kva: Some(dec("100")),
        voltage: Some("交流380V".to_owned()),
        nameplate,
    }
}

pub fn about(nameplate: Nameplate) -> InspectionAbout {
    InspectionAbout {
        task: None,
        unit: unit("0530324"),
        dimension: Dimension::Special,
        specialty: Specialty::LineLoss,
        inspector: person(1),
        device: DeviceId::new(uuid(2)),
        started_at: at("2014-06-13T01:00:00Z"),
        checklist: "JL-G@1".parse().unwrap(),
        shared_with_unit: false,
        point: point(nameplate),
        previous: Vec::new(),
        previous_photo: None,
    }
}

pub fn inspection(nameplate: Nameplate) -> Inspection {
    Inspection::new(about(nameplate))
}

pub fn reading(value: &str, read_at: &str) -> RegisterReading {
    RegisterReading {
        value: dec(value),
        unit: Unit::Kwh,
        read_at: at(read_at),
        source: ReadingSource::Dial,
        photo: None,
        doubts: Vec::new(),
        inspector: None,
    }
}

pub fn previous(obis: Obis, value: &str, read_at: &str) -> PreviousReading {
    PreviousReading {
        obis,
        value: dec(value),
        unit: Unit::Kwh,
        read_at: at(read_at),
        source: None,
    }
}

pub fn total() -> RegisterSlot {
    RegisterSlot::first(Obis::FORWARD_TOTAL)
}

/// The outcome of the one verdict of a rule.
pub fn outcome(verdicts: &[Verdict], rule: &RuleId) -> Option<Outcome> {
    let of_rule: Vec<&Verdict> = verdicts.iter().filter(|verdict| &verdict.rule == rule).collect();
    assert!(of_rule.len() <= 1, "{rule} answered more than once: {of_rule:?}");
    of_rule.first().map(|verdict| verdict.outcome)
}

pub fn verdict<'a>(verdicts: &'a [Verdict], rule: &RuleId) -> &'a Verdict {
    verdicts
        .iter()
        .find(|verdict| &verdict.rule == rule)
        .unwrap_or_else(|| panic!("no {rule} in {verdicts:?}"))
}
