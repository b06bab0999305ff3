//! The readings: beside each the one before, what was used in between, and what the rules doubt.

use crate::web::moment::Moment;
use crate::web::text::Texts;
use jicha_domain::Language;
use jicha_domain::inspection::Inspection;
use jicha_domain::limits::LimitTables;
use jicha_domain::register::{PreviousReading, RegisterReading, RegisterSlot, Unit};
use jicha_domain::rule::{Place, Verdict};
use jicha_domain::time::china_date;
use rust_decimal::Decimal;

/// One reading.
pub(crate) struct RegisterLine {
    pub(crate) label: String,
    pub(crate) obis: String,
    pub(crate) attempt: u8,
    pub(crate) previous: Option<Previous>,
    pub(crate) value: String,
    pub(crate) unit: &'static str,
    pub(crate) source: &'static str,
    pub(crate) at: Moment,
    pub(crate) difference: String,
    pub(crate) energy: String,
    pub(crate) doubts: Vec<String>,
}

/// The reading before.
pub(crate) struct Previous {
    pub(crate) value: String,
    pub(crate) at: Moment,
}

const NOTHING: &str = "—";

/// All readings, in the order of their registers.
pub(crate) fn lines(
    inspection: &Inspection,
    verdicts: &[Verdict],
    limits: &LimitTables,
    language: Language,
    t: &'static Texts,
) -> Vec<RegisterLine> {
    let order = limits.tariff_order(china_date(inspection.about.started_at));
    let line = |(slot, reading): (&RegisterSlot, &RegisterReading)| {
        let previous = inspection
            .about
            .previous
            .iter()
            .rfind(|previous| previous.obis == slot.obis);
        let (difference, energy) = consumption(inspection, slot, reading, previous);
        RegisterLine {
            label: slot.obis.label(language, &order),
            obis: slot.obis.to_string(),
            attempt: slot.attempt,
            previous: previous.map(|previous| Previous {
                value: previous.value.to_string(),
                at: previous.read_at.into(),
            }),
            value: reading.value.to_string(),
            unit: reading.unit.symbol(),
            source: reading.source.label(language),
            at: reading.read_at.into(),
            difference,
            energy,
            doubts: doubts(slot, reading, verdicts, language, t),
        }
    };
    inspection.registers.iter().map(line).collect()
}

/// Difference of the readings, and energy behind the multiplier. Only counters of energy have either; where the register
/// went back the difference is shown as it is, for the verdict beside it says what to think of it.
fn consumption(
    inspection: &Inspection,
    slot: &RegisterSlot,
    reading: &RegisterReading,
    previous: Option<&PreviousReading>,
) -> (String, String) {
    let nothing = || NOTHING.to_owned();
    if !slot.obis.is_energy() {
        return (nothing(), nothing());
    }
    let Some(difference) = previous.and_then(|previous| reading.value.checked_sub(previous.value)) else {
        return (nothing(), nothing());
    };
    let multiplier = inspection.about.point.nameplate.multiplier().ok();
    let energy = match (
        multiplier.and_then(|multiplier| multiplier.apply(difference)),
        reading.unit,
    ) {
        (Some(energy), Unit::Kwh | Unit::Kvarh) if difference >= Decimal::ZERO => {
            format!("{} {}", energy.round_dp(2).normalize(), reading.unit.symbol())
        }
        _ => nothing(),
    };
    (difference.to_string(), energy)
}

/// What the rules say today, and what was doubted on site by a rule that says nothing today.
fn doubts(
    slot: &RegisterSlot,
    reading: &RegisterReading,
    verdicts: &[Verdict],
    language: Language,
    t: &'static Texts,
) -> Vec<String> {
    let here: Vec<&Verdict> = verdicts
        .iter()
        .filter(|verdict| verdict.needs_attention() && verdict.place == Place::Register(*slot))
        .collect();
    let mut sentences: Vec<String> = here.iter().map(|verdict| verdict.explain(language)).collect();
    let silent = reading
        .doubts
        .iter()
        .filter(|rule| here.iter().all(|verdict| verdict.rule != **rule));
    sentences.extend(silent.map(|rule| format!("{} {}", t.doubted_by, rule.as_str())));
    sentences
}
