//! Is a reading plausible? Against the previous one, the register's width, what the contract and the meter itself could
//! have passed, the mean of earlier periods, the sum of the rates, and its own repetition.

mod demand;
mod habit;
mod progression;
mod repetition;
mod tariff_sum;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{Place, Verdict};
use crate::inspection::Inspection;
use crate::limits::LimitTables;
use crate::meter::{Multiplier, Nameplate};
use crate::register::{PreviousReading, RegisterReading, RegisterSlot};
use crate::time::china_date;

/// What is known beside a reading. Every field that is unknown silences the rules that need it.
#[derive(Clone, Copy, Debug)]
pub struct ReadingContext<'a> {
    /// The plate that tells digits, voltage and current.
    pub nameplate: &'a Nameplate,
    /// From register units to real units.
    pub multiplier: Option<Multiplier>,
    /// Contracted capacity in kVA.
    pub capacity_kva: Option<Decimal>,
    /// Earlier readings, in any order.
    pub previous: &'a [PreviousReading],
    /// Whether a current was measured on site; none where it was not looked at.
    pub load_present: Option<bool>,
}

/// Judges one reading of one register by itself and against earlier ones.
#[must_use]
pub fn check_reading(
    slot: RegisterSlot,
    reading: &RegisterReading,
    context: &ReadingContext<'_>,
    limits: &LimitTables,
) -> Vec<Verdict> {
    let Some((factors, basis)) = limits.reading(china_date(reading.read_at)) else {
        return Vec::new();
    };
    if slot.obis.is_max_demand() {
        return demand::check(slot, reading, context, factors, &basis)
            .into_iter()
            .collect();
    }
    if !slot.obis.is_energy() {
        return Vec::new();
    }
    let mut verdicts: Vec<Verdict> = progression::width(slot, reading, context).into_iter().collect();
    let history = history(slot, context.previous);
    let Some(last) = history.last().copied() else {
        return verdicts;
    };
    if let Some(verdict) = progression::date(slot, reading, last) {
        // Readings that were taken in another order than they are compared in say nothing about energy.
        verdicts.push(verdict);
        return verdicts;
    }
    let step = progression::Step::between(slot, reading, last, context);
    let (step_verdict, energy) = progression::direction(&step, context, factors, &basis);
    verdicts.push(step_verdict);
    if let Some(energy) = energy {
        verdicts.extend(progression::capacity(&step, energy, context, factors, &basis));
        verdicts.extend(progression::maximum_current(
            &step, energy, context, factors, &basis,
        ));
        verdicts.extend(habit::unchanged(
            &step, energy, &history, context, factors, &basis,
        ));
        verdicts.extend(habit::jump(&step, energy, &history, context, factors, &basis));
    }
    if verdicts.iter().any(Verdict::needs_attention) {
        verdicts.extend(habit::decimals_lost(&step, context));
    }
    verdicts
}

/// Judges all readings of an inspection, also against one another. Without a word on earlier readings where another
/// meter hangs there than in the ledger: its registers are not comparable.
#[must_use]
pub fn check_all(inspection: &Inspection, limits: &LimitTables) -> Vec<Verdict> {
    let nameplate = inspection.effective_nameplate();
    let context = inspection.reading_context(&nameplate);
    let mut verdicts = Vec::new();
    for (slot, reading) in &inspection.registers {
        verdicts.extend(check_reading(*slot, reading, &context, limits));
    }
    verdicts.extend(repetition::check(&inspection.registers));
    let last_read_at = inspection.registers.values().map(|reading| reading.read_at).max();
    if let Some(at) = last_read_at {
        let order = limits.tariff_order(china_date(at));
        verdicts.extend(tariff_sum::check(&inspection.registers, &context, &order));
    }
    verdicts
}

impl Inspection {
    /// The plate as found on site, with what was not read there taken from the ledger.
    #[must_use]
    pub fn effective_nameplate(&self) -> Nameplate {
        let ledger = &self.about.point.nameplate;
        match &self.nameplate {
            // Nothing of the ledger's meter tells anything about another one.
            Some(site) if site.asset_no != ledger.asset_no => site.clone(),
            Some(site) => site.clone().completed_from(ledger),
            None => ledger.clone(),
        }
    }

    /// What is known beside this inspection's readings. `nameplate` is [`Self::effective_nameplate`].
    #[must_use]
    pub fn reading_context<'a>(&'a self, nameplate: &'a Nameplate) -> ReadingContext<'a> {
        let same_meter = nameplate.asset_no == self.about.point.nameplate.asset_no;
        let currents: Vec<Decimal> = self.phases.values().filter_map(|phase| phase.current_a).collect();
        ReadingContext {
            nameplate,
            multiplier: nameplate.multiplier().ok(),
            capacity_kva: self.about.point.contracted_capacity_kva,
            previous: if same_meter { &self.about.previous } else { &[] },
            load_present: (!currents.is_empty()).then(|| currents.iter().any(|a| *a > Decimal::ZERO)),
        }
    }

    /// Judges one reading as if it had just been entered. Its doubtful rules are what a device stores with it.
    #[must_use]
    pub fn check_register(&self, slot: RegisterSlot, limits: &LimitTables) -> Vec<Verdict> {
        let nameplate = self.effective_nameplate();
        let context = self.reading_context(&nameplate);
        let Some(reading) = self.registers.get(&slot) else {
            return Vec::new();
        };
        let mut verdicts = check_reading(slot, reading, &context, limits);
        verdicts.extend(
            repetition::check(&self.registers)
                .into_iter()
                .filter(|verdict| verdict.place == Place::Register(slot)),
        );
        verdicts
    }
}

/// Earlier readings of the same register, oldest first.
fn history(slot: RegisterSlot, previous: &[PreviousReading]) -> Vec<&PreviousReading> {
    let mut history: Vec<_> = previous
        .iter()
        .filter(|reading| reading.obis == slot.obis)
        .collect();
    history.sort_by_key(|reading| reading.read_at);
    history
}

/// Hours between two instants, exact to the millisecond; none where the second is not later.
fn hours_between(from: Timestamp, to: Timestamp) -> Option<Decimal> {
    let milliseconds = to
        .as_millisecond()
        .checked_sub(from.as_millisecond())
        .filter(|ms| *ms > 0)?;
    Decimal::from(milliseconds).checked_div(Decimal::from(3_600_000))
}
