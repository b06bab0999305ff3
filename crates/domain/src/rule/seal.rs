//! Seals.

use super::{Figure, FigureName, Outcome, Place, RuleId, Verdict};
use crate::seal::{SealCheck, SealKey, SealState};

/// Intact and with the number that is expected. Two numbers that differ are a violation even where the inspector called
/// the seal intact; an intact seal without a number to compare stays doubtful if one was expected.
#[must_use]
pub fn check(key: SealKey, seal: &SealCheck) -> Verdict {
    let numbers_differ =
        matches!((&seal.number, &seal.expected_number), (Some(found), Some(expected)) if found != expected);
    let (outcome, state) = match seal.state {
        SealState::Intact if numbers_differ => (Outcome::Violated, SealState::NumberDiffers),
        SealState::Intact if seal.number.is_none() && seal.expected_number.is_some() => {
            (Outcome::Doubtful, SealState::Intact)
        }
        SealState::Intact => (Outcome::Ok, SealState::Intact),
        state @ (SealState::Missing | SealState::Broken | SealState::NumberDiffers) => {
            (Outcome::Violated, state)
        }
    };
    let mut verdict = Verdict::new(RuleId::SEAL, outcome, Place::Seal(key))
        .with(Figure::text(FigureName::Detail, state.as_str()));
    if let Some(number) = &seal.number {
        verdict = verdict.with(Figure::text(FigureName::Site, number.as_str()));
    }
    if let Some(number) = &seal.expected_number {
        verdict = verdict.with(Figure::text(FigureName::Ledger, number.as_str()));
    }
    verdict
}
