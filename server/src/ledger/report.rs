//! The report on a whole file: every error with its place, so that the sender can mend all of them in one go.

use serde::Serialize;

use super::limits::Limits;
use super::problem::Problem;
use super::{Field, LedgerKind};

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bilingual {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A column as the sender sees it in a spreadsheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnRef {
    /// Letter of the column: A, B, …, Z, AA.
    pub letter: String,
    /// Its heading in the file.
    pub heading: String,
}

/// One error or note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// A fixed word for programs, listed in docs/LEDGER.md.
    pub code: &'static str,
    /// Row as a spreadsheet numbers it; the first row of the file is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// The column, where one is concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<ColumnRef>,
    /// What was in the cell, cut to a readable length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What was expected, in words.
    pub message: Bilingual,
}

/// What became of one column of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportColumn {
    /// Letter of the column.
    pub letter: String,
    /// Its heading in the file.
    pub heading: String,
    /// The field it was taken for, or none when it was ignored.
    pub field: Option<Field>,
}

/// How a file was encoded and packed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "format", rename_all = "snake_case")]
pub enum Source {
    /// Text with delimiters.
    Csv {
        /// `UTF-8`, `GB18030`, `UTF-16LE` or `UTF-16BE`.
        encoding: &'static str,
        /// Comma, semicolon or tab.
        delimiter: char,
    },
    /// A workbook.
    Workbook {
        /// Name of the sheet that was read.
        sheet: String,
    },
}

/// What happened to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There are errors, and nothing was written.
    Refused,
    /// Everything in the file was stored already.
    Unchanged,
    /// Rows were written.
    Imported,
}

/// The report on one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Name of the file, as the sender calls it.
    pub file_name: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Size in bytes.
    pub size_bytes: usize,
    /// What the file is a ledger of.
    pub kind: LedgerKind,
    /// How it was read; none when it could not be read at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Every column and what it was taken for.
    pub columns: Vec<ReportColumn>,
    /// Rows with data.
    pub rows_total: usize,
    /// What happened to the database.
    pub outcome: Outcome,
    /// The batch that the rows belong to, when something was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_id: Option<i64>,
    /// Records that were new. A row of readings holds one record per register.
    pub inserted: usize,
    /// Records that were known with other contents.
    pub changed: usize,
    /// Records that were known as they are.
    pub unchanged: usize,
    /// How many errors there are, listed or not.
    pub errors_total: usize,
    /// The first errors, in the order of the file.
    pub errors: Vec<Issue>,
    /// How many notes there are, listed or not.
    pub notes_total: usize,
    /// The first notes.
    pub notes: Vec<Issue>,
}

impl Report {
    /// Whether nothing stands against the import.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.errors_total == 0
    }

    pub(super) fn take(&mut self, mut issues: Issues) {
        // Checks run over the file several times; the sender reads it once, from top to bottom. The sort is stable.
        issues.errors.sort_by_key(|issue| issue.row);
        self.errors_total = issues.errors_total;
        self.errors = issues.errors;
        self.notes_total = issues.notes_total;
        self.notes = issues.notes;
    }
}

/// Where in the file something is.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub row: Option<u32>,
    pub column: Option<ColumnRef>,
    pub found: Option<String>,
}

impl Place {
    /// The file as a whole.
    pub fn file() -> Self {
        Self::default()
    }

    /// A whole row.
    pub fn row(row: u32) -> Self {
        Self {
            row: Some(row),
            ..Self::default()
        }
    }
}

/// Collects errors and notes up to a bound, and counts the rest.
#[derive(Debug)]
pub(super) struct Issues {
    listed_max: usize,
    errors: Vec<Issue>,
    errors_total: usize,
    notes: Vec<Issue>,
    notes_total: usize,
}

impl Issues {
    pub fn new(limits: &Limits) -> Self {
        Self {
            listed_max: limits.issues_listed_max,
            errors: Vec::new(),
            errors_total: 0,
            notes: Vec::new(),
            notes_total: 0,
        }
    }

    pub fn errors_total(&self) -> usize {
        self.errors_total
    }

    pub fn error(&mut self, place: Place, problem: &Problem) {
        self.errors_total += 1;
        if self.errors.len() < self.listed_max {
            self.errors.push(issue(place, problem));
        }
    }

    pub fn note(&mut self, place: Place, problem: &Problem) {
        self.notes_total += 1;
        if self.notes.len() < self.listed_max {
            self.notes.push(issue(place, problem));
        }
    }
}

fn issue(place: Place, problem: &Problem) -> Issue {
    Issue {
        code: problem.code(),
        row: place.row,
        column: place.column,
        found: place.found.map(|text| shorten(&text)),
        message: Bilingual {
            zh: problem.zh(),
            en: problem.en(),
        },
    }
}

/// Cuts what was found so that a message stays one line.
fn shorten(text: &str) -> String {
    const SHOWN_CHARS_MAX: usize = 60;
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
