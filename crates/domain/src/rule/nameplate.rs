//! The plate found on site against the ledger.

use super::{Figure, FigureName, Outcome, Place, RuleId, Verdict};
use crate::meter::Nameplate;

/// The asset number, character by character.
#[must_use]
pub fn check_asset_no(ledger: &Nameplate, site: &Nameplate) -> Verdict {
    let outcome = if ledger.asset_no == site.asset_no {
        Outcome::Ok
    } else {
        Outcome::Violated
    };
    Verdict::new(RuleId::ASSET_NO, outcome, Place::Nameplate)
        .with(Figure::text(FigureName::Ledger, ledger.asset_no.as_str()))
        .with(Figure::text(FigureName::Site, site.asset_no.as_str()))
}

/// Everything else that both plates tell: one verdict for each thing that differs. Ratios are left to the multiplier.
#[must_use]
pub fn check_plate(ledger: &Nameplate, site: &Nameplate) -> Vec<Verdict> {
    fn text<T: ToString>(value: Option<&T>) -> Option<String> {
        value.map(T::to_string)
    }
    // Signs that are printed in several ways must not count as a difference.
    fn plain(text: &str) -> String {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| match c {
                '×' | '*' => 'X',
                '（' => '(',
                '）' => ')',
                '–' | '—' | '~' => '-',
                other => other.to_ascii_uppercase(),
            })
            .collect()
    }
    let pairs = [
        ("factory_no", ledger.factory_no.clone(), site.factory_no.clone()),
        ("maker", ledger.maker.clone(), site.maker.clone()),
        ("model", ledger.model.clone(), site.model.clone()),
        (
            "phase_wire",
            text(ledger.phase_wire.as_ref()),
            text(site.phase_wire.as_ref()),
        ),
        (
            "connection",
            text(ledger.connection.as_ref()),
            text(site.connection.as_ref()),
        ),
        (
            "rated_voltage",
            ledger.rated_voltage.clone(),
            site.rated_voltage.clone(),
        ),
        ("current", ledger.current.clone(), site.current.clone()),
        (
            "accuracy_class",
            text(ledger.accuracy_class.as_ref()),
            text(site.accuracy_class.as_ref()),
        ),
        (
            "constant_imp_per_kwh",
            ledger.constant_imp_per_kwh.map(|c| c.normalize().to_string()),
            site.constant_imp_per_kwh.map(|c| c.normalize().to_string()),
        ),
    ];
    pairs
        .into_iter()
        .filter_map(|(field, ledger, site)| Some((field, ledger?, site?)))
        .filter(|(_, ledger, site)| plain(ledger) != plain(site))
        .map(|(field, ledger, site)| {
            Verdict::new(RuleId::NAMEPLATE, Outcome::Violated, Place::Nameplate)
                .with(Figure::text(FigureName::Detail, field))
                .with(Figure::text(FigureName::Ledger, ledger))
                .with(Figure::text(FigureName::Site, site))
        })
        .collect()
}
