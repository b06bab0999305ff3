//! Every rule on one inspection.

use jiff::Timestamp;

use super::{
    RuleId, Verdict, clock, error_limit, interval, multiplier, nameplate, photo, place_distance, reading,
};
use super::{seal, voltage, wiring};
use crate::inspection::Inspection;
use crate::limits::LimitTables;
use crate::time::china_date;

/// Runs every rule that has its inputs, in a fixed order: place, plate, multiplier, readings, clock, seals, phases, error
/// test, interval, photos (as far as the inspection alone tells). `now` settles which editions apply where nothing recorded does.
#[must_use]
pub fn check(inspection: &Inspection, limits: &LimitTables, now: Timestamp) -> Vec<Verdict> {
    let on = china_date(inspection.arrived_at.or(inspection.finished_at).unwrap_or(now));
    let point = &inspection.about.point;
    let plate = inspection.effective_nameplate();
    let mut verdicts = Vec::new();
    if let (Some(here), Some(ledger)) = (&inspection.place, &point.position) {
        verdicts.extend(place_distance::check(here, ledger, limits, on));
    }
    verdicts.extend(multiplier::check_ledger(&point.nameplate));
    if let Some(site) = &inspection.nameplate {
        verdicts.push(nameplate::check_asset_no(&point.nameplate, site));
        verdicts.extend(nameplate::check_plate(&point.nameplate, site));
        verdicts.extend(multiplier::check_site(&point.nameplate, site));
    }
    verdicts.extend(reading::check_all(inspection, limits));
    if let Some(clock) = &inspection.clock {
        verdicts.extend(clock::check(clock, limits, on));
    }
    verdicts.extend(inspection.seals.iter().map(|(key, seal)| seal::check(*key, seal)));
    for (phase, measured) in &inspection.phases {
        verdicts.extend(voltage::check(*phase, measured, &plate, limits, on));
    }
    verdicts.extend(wiring::check(&inspection.phases, &plate, point.kind, limits, on));
    for (no, test_point) in &inspection.error_tests {
        verdicts.extend(error_limit::check(*no, test_point, &plate, limits, on));
    }
    verdicts.extend(interval::check(point, limits, on));
    let context = photo::PhotoContext::of(inspection);
    for (hash, taken) in &inspection.photos {
        verdicts.extend(photo::check(*hash, taken, &context, limits));
    }
    verdicts
}

/// The rules that doubt something, each once, in the order of the verdicts: what is stored with a reading.
#[must_use]
pub fn doubts(verdicts: &[Verdict]) -> Vec<RuleId> {
    let mut doubts: Vec<RuleId> = Vec::new();
    for verdict in verdicts.iter().filter(|verdict| verdict.needs_attention()) {
        if !doubts.contains(&verdict.rule) {
            doubts.push(verdict.rule.clone());
        }
    }
    doubts
}
