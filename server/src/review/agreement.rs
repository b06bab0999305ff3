//! How far two supervisors agree who judged the same photos without knowing of each other.

use super::units;
use crate::auth::Scope;
use crate::problem::Problem;
use jicha_domain::review::PhotoDecision;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// The agreement of a set of pairs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// Photos that were judged twice.
    pub pairs: u64,
    /// Those on which both decided alike.
    pub alike: u64,
    /// Cohen's kappa (Cohen 1960): the share alike beyond what chance would give, 1 at most. None without pairs, and where
    /// chance alone would make both decide alike always.
    pub kappa: Option<f64>,
}

/// The figures of pairs of decisions.
pub fn of_pairs(pairs: &BTreeMap<(PhotoDecision, PhotoDecision), u64>) -> Agreement {
    let total: u64 = pairs.values().sum();
    let alike: u64 = pairs
        .iter()
        .filter(|((first, second), _)| first == second)
        .map(|(_, n)| n)
        .sum();
    let share = |count: u64| count as f64 / total as f64;
    let kappa = (total > 0).then(|| {
        let chance: f64 = PhotoDecision::ALL
            .iter()
            .map(|decision| {
                let first: u64 = pairs
                    .iter()
                    .filter(|((a, _), _)| a == decision)
                    .map(|(_, n)| n)
                    .sum();
                let second: u64 = pairs
                    .iter()
                    .filter(|((_, b), _)| b == decision)
                    .map(|(_, n)| n)
                    .sum();
                share(first) * share(second)
            })
            .sum();
        (chance < 1.0).then(|| (share(alike) - chance) / (1.0 - chance))
    });
    Agreement {
        pairs: total,
        alike,
        kappa: kappa.flatten(),
    }
}

/// The agreement within the scope.
pub fn agreement(sql: &Connection, scope: &Scope) -> Result<Agreement, Problem> {
    let mut statement = sql.prepare_cached(
        "SELECT first.decision, second.decision, inspection.unit FROM review_second_photo AS second
         JOIN review_photo AS first ON first.inspection = second.inspection AND first.hash = second.hash
         JOIN inspection ON inspection.id = second.inspection",
    )?;
    let tops = units::tops(sql, scope, None)?;
    let mut lines: BTreeMap<String, bool> = BTreeMap::new();
    let mut pairs = BTreeMap::new();
    let rows = statement.query_map([], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
        ))
    })?;
    for row in rows {
        let (first, second, unit) = row?;
        let within = match lines.get(&unit) {
            Some(within) => *within,
            None => {
                let within = units::above(sql, &unit)?.iter().any(|code| tops.contains(code));
                lines.insert(unit, within);
                within
            }
        };
        if let (true, Ok(first), Ok(second)) = (within, first.parse(), second.parse()) {
            *pairs.entry((first, second)).or_default() += 1;
        }
    }
    Ok(of_pairs(&pairs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use PhotoDecision::{Accepted, Retake};

    #[test]
    fn kappa_is_that_of_the_textbook() {
        // 45 + 15 against 25 + 15: agreement 0.6, by chance 0.54 (kappa 0.1304).
        let pairs = [
            ((Accepted, Accepted), 45),
            ((Accepted, Retake), 15),
            ((Retake, Accepted), 25),
            ((Retake, Retake), 15),
        ];
        let figures = of_pairs(&pairs.into_iter().collect());
        assert_eq!((figures.pairs, figures.alike), (100, 60));
        assert!((figures.kappa.unwrap() - 0.130_434_78).abs() < 1e-6);
        let certain = of_pairs(&[((Accepted, Accepted), 9)].into_iter().collect());
        assert_eq!(certain.kappa, None);
        assert_eq!(of_pairs(&BTreeMap::new()).kappa, None);
    }
}
