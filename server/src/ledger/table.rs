//! A ledger as rows of cells, whatever kind of file it came from.

use jiff::civil::Date;

use super::problem::Problem;
use super::report::{Place, Source};

/// One cell as the file keeps it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing there.
    Empty,
    /// Text; the only kind that a CSV has.
    Text(Box<str>),
    /// A number of a spreadsheet: 15 digits at most are true.
    Number(f64),
    /// A date of a spreadsheet, without its time of day.
    Date(Date),
    /// The spreadsheet's own error value.
    Error(Box<str>),
}

impl Cell {
    pub fn text(text: &str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text.into())
        }
    }

    /// Whether a reader would see nothing in the cell.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// What a person would see, for messages.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Error(text) => text.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Date(date) => date.to_string(),
        }
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    /// Its number as a spreadsheet shows it, from 1.
    pub number: u32,
    /// Its cells from column A on. Blank cells at the end may be missing.
    pub cells: Vec<Cell>,
    /// Whether a missing cell means that the row was cut: true for text files, where every row writes all delimiters.
    pub fixed_width: bool,
}

impl Row {
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }
}

/// All rows that are not blank, and what else is worth telling.
#[derive(Debug, PartialEq)]
pub(super) struct Table {
    pub rows: Vec<Row>,
    pub source: Source,
    pub notes: Vec<Problem>,
}

/// Why a file could not be read as a table at all.
#[derive(Debug, PartialEq)]
pub(super) struct Refusal {
    pub at: (Option<u32>, Option<usize>),
    pub problem: Problem,
}

impl Refusal {
    pub fn file(problem: Problem) -> Self {
        Self {
            at: (None, None),
            problem,
        }
    }

    pub fn cell(row: u32, column: usize, problem: Problem) -> Self {
        Self {
            at: (Some(row), Some(column)),
            problem,
        }
    }

    pub fn place(&self) -> Place {
        Place {
            row: self.at.0,
            column: self.at.1.map(|index| super::report::ColumnRef {
                letter: column_letter(index),
                heading: String::new(),
            }),
            found: None,
        }
    }
}

/// The letter of a column from its index: 0 is A, 25 is Z, 26 is AA.
pub(super) fn column_letter(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::column_letter;

    #[test]
    fn columns_are_lettered_as_a_spreadsheet_does() {
        let letters = [0, 25, 26, 51, 52, 701, 702].map(column_letter);
        assert_eq!(letters, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
