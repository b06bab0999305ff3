//! The tables of an inspection's page: plate, seals, wiring, error tests, clock, answers.

use super::moment::Moment;
use super::text::Texts;
use jicha_domain::Language;
use jicha_domain::checklist::{AnswerResult, Checklist};
use jicha_domain::inspection::Inspection;
use jicha_domain::meter::Nameplate;
use jicha_domain::seal::SealState;

/// A line of the plate: what the ledger says and what was found.
pub(crate) struct PlateLine {
    pub(crate) label: &'static str,
    pub(crate) ledger: String,
    pub(crate) found: String,
    pub(crate) differs: bool,
}

/// A table without a form of its own.
pub(crate) struct Table {
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) heads: Vec<&'static str>,
    pub(crate) rows: Vec<Cells>,
}

/// A row; `bad` when a person should look at it.
pub(crate) struct Cells {
    pub(crate) cells: Vec<String>,
    pub(crate) bad: bool,
}

/// What is not there.
const NOTHING: &str = "—";

fn text<T: ToString>(value: Option<&T>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), ToString::to_string)
}

/// Ledger against site, field by field; a field that was not recorded on site differs from nothing.
pub(crate) fn plate(inspection: &Inspection, language: Language, t: &'static Texts) -> Vec<PlateLine> {
    let ledger = plate_values(&inspection.about.point.nameplate, language);
    let found = inspection
        .nameplate
        .as_ref()
        .map(|plate| plate_values(plate, language));
    let labels = [
        t.asset_no,
        t.factory_no,
        t.maker,
        t.model,
        t.phase_wire,
        t.connection,
        t.voltage,
        t.current,
        t.accuracy,
        t.constant,
        t.ct_ratio,
        t.pt_ratio,
        t.multiplier,
        t.digits,
    ];
    let mut lines = Vec::new();
    for (index, label) in labels.into_iter().enumerate() {
        let ledger = ledger[index].clone();
        let found = found.as_ref().and_then(|values| values[index].clone());
        if ledger.is_none() && found.is_none() {
            continue;
        }
        let differs = ledger.is_some() && found.is_some() && ledger != found;
        lines.push(PlateLine {
            label,
            ledger: text(ledger.as_ref()),
            found: text(found.as_ref()),
            differs,
        });
    }
    lines
}

fn plate_values(plate: &Nameplate, language: Language) -> [Option<String>; 14] {
    let digits = plate.integer_digits.map(|whole| match plate.decimal_digits {
        Some(decimals) => format!("{whole}.{decimals}"),
        None => whole.to_string(),
    });
    [
        Some(plate.asset_no.to_string()),
        plate.factory_no.clone(),
        plate.maker.clone(),
        plate.model.clone(),
        plate.phase_wire.map(|value| value.label(language).to_owned()),
        plate.connection.map(|value| value.label(language).to_owned()),
        plate.rated_voltage.clone(),
        plate.current.clone(),
        plate.accuracy_class.map(|value| value.label(language).to_owned()),
        plate
            .constant_imp_per_kwh
            .map(|value| format!("{} imp/kWh", value.normalize())),
        plate.ct_ratio.map(|value| value.to_string()),
        plate.pt_ratio.map(|value| value.to_string()),
        plate.multiplier().ok().map(|value| value.to_string()),
        digits,
    ]
}

/// Every table that has something in it.
pub(crate) fn tables(
    inspection: &Inspection,
    checklist: Option<&Checklist>,
    language: Language,
    t: &'static Texts,
) -> Vec<Table> {
    [
        seals(inspection, language, t),
        phases(inspection, language, t),
        error_tests(inspection, language, t),
        clock(inspection, language, t),
        answers(inspection, checklist, language, t),
    ]
    .into_iter()
    .filter(|table| !table.rows.is_empty())
    .collect()
}

fn seals(inspection: &Inspection, language: Language, t: &'static Texts) -> Table {
    let rows = inspection.seals.iter().map(|(key, seal)| {
        let place = match key.ordinal {
            1 => key.place.label(language).to_owned(),
            ordinal => format!("{} {ordinal}", key.place.label(language)),
        };
        let cells = vec![
            place,
            seal.state.label(language).to_owned(),
            text(seal.number.as_ref()),
            text(seal.expected_number.as_ref()),
            text(seal.new_number.as_ref()),
        ];
        Cells {
            cells,
            bad: seal.state != SealState::Intact,
        }
    });
    let heads = vec![t.seal_place, t.state, t.seal_number, t.seal_expected, t.seal_new];
    Table {
        id: "seals",
        title: t.seals.to_owned(),
        heads,
        rows: rows.collect(),
    }
}

fn phases(inspection: &Inspection, language: Language, t: &'static Texts) -> Table {
    let rows = inspection.phases.iter().map(|(phase, measured)| {
        let cells = vec![
            phase.label(language).to_owned(),
            text(measured.voltage_v.as_ref()),
            text(measured.current_a.as_ref()),
            text(measured.angle_deg.as_ref()),
            text(measured.voltage_angle_deg.as_ref()),
            text(measured.active_power_kw.as_ref()),
        ];
        Cells {
            cells,
            bad: measured
                .active_power_kw
                .is_some_and(|power| power.is_sign_negative() && !power.is_zero()),
        }
    });
    let heads = vec![
        t.phase,
        t.measured_voltage,
        t.measured_current,
        t.angle,
        t.voltage_angle,
        t.power,
    ];
    Table {
        id: "wiring",
        title: t.wiring.to_owned(),
        heads,
        rows: rows.collect(),
    }
}

fn error_tests(inspection: &Inspection, language: Language, t: &'static Texts) -> Table {
    let rows = inspection.error_tests.iter().map(|(no, point)| {
        let side = if point.power_factor == rust_decimal::Decimal::ONE {
            ""
        } else if point.inductive {
            " L"
        } else {
            " C"
        };
        let error = match point.error_percent {
            Some(error) if error.is_sign_positive() && !error.is_zero() => format!("+{error}"),
            Some(error) => error.to_string(),
            None => t.not_measured.to_owned(),
        };
        let reference = [
            point
                .reference_class
                .map(|class| class.label(language).to_owned()),
            point.reference_asset_no.as_ref().map(ToString::to_string),
        ];
        let reference: Vec<String> = reference.into_iter().flatten().collect();
        let reference = if reference.is_empty() {
            NOTHING.to_owned()
        } else {
            reference.join(" · ")
        };
        let cells = vec![
            no.to_string(),
            point.load_percent.to_string(),
            format!("{}{side}", point.power_factor),
            error,
            reference,
        ];
        Cells { cells, bad: false }
    });
    let heads = vec![t.number, t.load, t.power_factor, t.error_percent, t.reference];
    Table {
        id: "error-tests",
        title: t.error_tests.to_owned(),
        heads,
        rows: rows.collect(),
    }
}

fn clock(inspection: &Inspection, language: Language, t: &'static Texts) -> Table {
    let seconds = |at: jiff::Timestamp| {
        let moment = Moment::from(at);
        format!("{}:{:02}", moment.text, at.as_second().rem_euclid(60))
    };
    let rows = inspection.clock.iter().map(|clock| {
        let cells = vec![
            seconds(clock.meter_showed),
            format!(
                "{} ({})",
                seconds(clock.reference_showed),
                clock.reference.label(language)
            ),
            format!("{:+} s", clock.deviation_s()),
        ];
        Cells { cells, bad: false }
    });
    let heads = vec![t.meter_clock, t.reference_clock, t.deviation];
    Table {
        id: "clock",
        title: t.clock.to_owned(),
        heads,
        rows: rows.collect(),
    }
}

fn answers(
    inspection: &Inspection,
    checklist: Option<&Checklist>,
    language: Language,
    t: &'static Texts,
) -> Table {
    let rows = inspection.answers.iter().map(|(id, answer)| {
        let question = checklist
            .and_then(|checklist| checklist.items.iter().find(|item| item.id == *id))
            .map_or_else(|| id.to_string(), |item| item.text(language).to_owned());
        let value = answer.value.as_ref().map(|value| match answer.unit {
            Some(unit) => format!("{value} {}", unit.symbol()),
            None => value.clone(),
        });
        let cells = vec![
            question,
            answer.result.label(language).to_owned(),
            text(value.as_ref()),
            text(answer.note.as_ref()),
        ];
        Cells {
            cells,
            bad: answer.result == AnswerResult::Bad,
        }
    });
    let title = match checklist {
        Some(checklist) => format!("{} · {}", t.answers, checklist.title(language)),
        None => t.answers.to_owned(),
    };
    let heads = vec![t.item, t.result, t.answer_value, t.remark];
    Table {
        id: "answers",
        title,
        heads,
        rows: rows.collect(),
    }
}

/// Bytes as a person reads them.
pub(crate) fn size_text(bytes: u64) -> String {
    match bytes {
        0..=1_023 => format!("{bytes} B"),
        1_024..=1_048_575 => format!("{} kB", bytes / 1_024),
        _ => format!("{}.{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::size_text;

    #[test]
    fn sizes_are_read_at_a_glance() {
        assert_eq!(size_text(312), "312 B");
        assert_eq!(size_text(160 * 1024), "160 kB");
        assert_eq!(size_text(2 * 1024 * 1024 + 512 * 1024), "2.5 MB");
    }
}
