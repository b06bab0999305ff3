//! Rules that answer on the spot. Each is a pure function from what was recorded to a [`Verdict`] that carries the
//! numbers it rests on. None of them refuses a value: it is kept, marked, and asked for a second time.

pub mod clock;
pub mod error_limit;
pub mod interval;
pub mod multiplier;
pub mod nameplate;
pub mod photo;
pub mod place_distance;
pub mod reading;
pub mod seal;
pub mod voltage;
pub mod wiring;

mod all;
mod figure;
mod place;
mod rule_id;
mod sentence;
mod template;

pub use all::{check, doubts};
pub use figure::{Figure, FigureName, FigureValue};
pub use place::{Place, PlaceError};
pub use rule_id::{RuleId, RuleIdError};

use serde::{Deserialize, Serialize};

use crate::word::{Language, word_enum};

word_enum! {
    /// What a rule says. In the order of how much it matters.
    pub enum Outcome {
        /// As it should be.
        Ok => "ok", "正常", "OK";
        /// The facts at hand don't allow an answer; the figures say what is missing.
        NotEvaluable => "not_evaluable", "无法判断", "Can't be judged";
        /// Possible but unlikely: look again.
        Doubtful => "doubtful", "存疑", "Doubtful";
        /// Against a limit, or impossible.
        Violated => "violated", "违反", "Violated";
    }
}

impl Outcome {
    /// Doubtful where the condition holds, as it should be where not.
    #[must_use]
    pub const fn doubtful_if(doubtful: bool) -> Self {
        if doubtful { Self::Doubtful } else { Self::Ok }
    }
}

/// The table that a limit came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Name of the table, e.g. `error_limit`.
    pub table: String,
    /// Edition of the row, e.g. `IEC 62053-21`.
    pub edition: String,
    /// Whether somebody has compared the row with the text of the standard.
    pub verified: bool,
}

/// A rule's answer, with the numbers that led to it. Never stored: it is computed anew wherever it is shown, and what is
/// stored with a doubtful value is only the rule's name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The rule.
    pub rule: RuleId,
    /// What it says.
    pub outcome: Outcome,
    /// What it is about.
    pub place: Place,
    /// The numbers that led to it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub figures: Vec<Figure>,
    /// Where the limit came from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub basis: Option<Basis>,
}

impl Verdict {
    /// An answer without figures; see [`Self::with`].
    #[must_use]
    pub const fn new(rule: RuleId, outcome: Outcome, place: Place) -> Self {
        Self {
            rule,
            outcome,
            place,
            figures: Vec::new(),
            basis: None,
        }
    }

    /// Adds a figure.
    #[must_use]
    pub fn with(mut self, figure: Figure) -> Self {
        self.figures.push(figure);
        self
    }

    /// Names the table that the limit came from.
    #[must_use]
    pub fn based_on(mut self, basis: Basis) -> Self {
        self.basis = Some(basis);
        self
    }

    /// The figure with this name.
    #[must_use]
    pub fn figure(&self, name: FigureName) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }

    /// Whether a person should look again.
    #[must_use]
    pub const fn needs_attention(&self) -> bool {
        matches!(self.outcome, Outcome::Doubtful | Outcome::Violated)
    }

    /// One sentence with the numbers in it.
    #[must_use]
    pub fn explain(&self, language: Language) -> String {
        sentence::explain(self, language)
    }
}
