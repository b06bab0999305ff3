//! Keyset paging: a page ends with a key, and the next page begins after it, however many rows came in between.

use crate::problem::{Code, Problem};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Rows of a page when nothing is asked for.
pub const ROWS_DEFAULT: u32 = 50;
/// Rows of a page at most.
pub const ROWS_MAX: u32 = 200;

/// The place after a row: the instant it is sorted by, and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// The row's id, for rows of one instant.
    pub id: Uuid,
}

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at_ms, self.id.simple())
    }
}

impl FromStr for After {
    type Err = Problem;

    fn from_str(text: &str) -> Result<After, Problem> {
        let parsed = text.split_once('.').and_then(|(at_ms, id)| {
            Some(After {
                at_ms: at_ms.parse().ok()?,
                id: Uuid::try_parse(id).ok()?,
            })
        });
        parsed.ok_or_else(|| {
            Problem::new(Code::BadQuery)
                .at("after")
                .detail("Use the `next` of the page before, unchanged.")
        })
    }
}

/// How many rows to fetch for a page of `limit`: one more, which tells whether there is a next page.
pub fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked {
        None => Ok(ROWS_DEFAULT),
        Some(rows) if (1..=ROWS_MAX).contains(&rows) => Ok(rows),
        Some(_) => Err(Problem::new(Code::BadQuery)
            .at("limit")
            .detail(format!("1 to {ROWS_MAX} rows."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_and_a_mangled_one_is_refused() {
        let after = After {
            at_ms: -5,
            id: Uuid::from_u128(7),
        };
        assert_eq!(after.to_string().parse::<After>().unwrap(), after);
        assert!("5.nonsense".parse::<After>().is_err());
        assert!("".parse::<After>().is_err());
    }
}
