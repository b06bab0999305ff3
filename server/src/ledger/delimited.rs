//! Text with delimiters (CSV) to a table.
//!
//! Written here rather than taken from the `csv` crate because a report must name the row that the sender sees in a
//! spreadsheet (blank lines count, a line break inside quotes does not), and because a quotation mark that is never
//! closed, which is what a truncated file looks like, must be an error and not the end of the last cell.

use super::limits::Limits;
use super::problem::Problem;
use super::report::Source;
use super::table::{Cell, Refusal, Row, Table};
use super::text::Decoded;

pub(super) fn read(decoded: Decoded, limits: &Limits) -> Result<Table, Refusal> {
    let text = decoded.text.as_str();
    let delimiter = find_delimiter(text);
    let rows = split(text, delimiter, limits)?;
    let mut notes = Vec::new();
    if !text.ends_with(['\n', '\r']) {
        notes.push(Problem::NoFinalLineEnd);
    }
    Ok(Table {
        rows,
        source: Source::Csv {
            encoding: decoded.encoding,
            delimiter,
        },
        notes,
    })
}

/// The delimiter that the first line with any of them has most of, outside quotes.
fn find_delimiter(text: &str) -> char {
    const DELIMITERS: [char; 3] = [',', ';', '\t'];
    for line in text.lines().take(5) {
        let mut counts = [0usize; DELIMITERS.len()];
        let mut quoted = false;
        for c in line.chars() {
            quoted ^= c == '"';
            if let Some(index) = DELIMITERS.iter().position(|d| *d == c).filter(|_| !quoted) {
                counts[index] += 1;
            }
        }
        let most = counts.iter().copied().max().unwrap_or(0);
        if most > 0 {
            return counts
                .iter()
                .position(|count| *count == most)
                .map_or(',', |index| DELIMITERS[index]);
        }
    }
    ','
}

/// Where the reader stands within a cell.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Before the first character.
    Start,
    /// In a cell without quotes; a quote here is an ordinary character.
    Plain,
    /// Between quotes.
    Quoted,
    /// After a quote within quotes: the end, or the first of two that stand for one.
    QuoteSeen,
}

struct Splitter<'l> {
    limits: &'l Limits,
    rows: Vec<Row>,
    row: u32,
    cells: Vec<Cell>,
    cells_total: usize,
    cell: String,
    cell_chars: usize,
}

fn split(text: &str, delimiter: char, limits: &Limits) -> Result<Vec<Row>, Refusal> {
    let mut splitter = Splitter {
        limits,
        rows: Vec::new(),
        row: 1,
        cells: Vec::new(),
        cells_total: 0,
        cell: String::new(),
        cell_chars: 0,
    };
    let mut state = State::Start;
    let mut quote_opened_at = (1, 0);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (state, c) {
            (State::Quoted, '"') => state = State::QuoteSeen,
            (State::Quoted, c) => splitter.push(c).map_err(|refusal| {
                // A quote that is never closed swallows the file: name the place where it opened.
                Refusal {
                    at: (Some(quote_opened_at.0), Some(quote_opened_at.1)),
                    ..refusal
                }
            })?,
            (State::QuoteSeen, '"') => {
                splitter.push('"')?;
                state = State::Quoted;
            }
            (State::Start, '"') => {
                quote_opened_at = (splitter.row, splitter.cells.len());
                state = State::Quoted;
            }
            (_, '\r' | '\n') => {
                if c == '\r' {
                    chars.next_if_eq(&'\n');
                }
                splitter.end_row()?;
                state = State::Start;
            }
            (_, c) if c == delimiter => {
                splitter.end_cell()?;
                state = State::Start;
            }
            (State::Start | State::Plain | State::QuoteSeen, c) => {
                splitter.push(c)?;
                state = State::Plain;
            }
        }
    }
    if state == State::Quoted {
        return Err(Refusal::cell(
            quote_opened_at.0,
            quote_opened_at.1,
            Problem::UnclosedQuote,
        ));
    }
    if state != State::Start || !splitter.cells.is_empty() {
        splitter.end_row()?;
    }
    Ok(splitter.rows)
}

impl Splitter<'_> {
    fn push(&mut self, c: char) -> Result<(), Refusal> {
        if self.cell_chars == self.limits.cell_chars_max {
            let problem = Problem::CellTooLong {
                max: self.limits.cell_chars_max,
            };
            return Err(Refusal::cell(self.row, self.cells.len(), problem));
        }
        self.cell_chars += 1;
        self.cell.push(c);
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), Refusal> {
        if self.cells.len() == self.limits.columns_max {
            let problem = Problem::TooManyColumns {
                max: self.limits.columns_max,
            };
            return Err(Refusal::cell(self.row, self.cells.len(), problem));
        }
        self.cells_total += 1;
        if self.cells_total > self.limits.cells_max {
            return Err(Refusal::file(Problem::TooManyCells {
                max: self.limits.cells_max,
            }));
        }
        self.cells.push(Cell::text(&self.cell));
        self.cell.clear();
        self.cell_chars = 0;
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Refusal> {
        self.end_cell()?;
        if self.row > self.limits.rows_max {
            return Err(Refusal::file(Problem::TooManyRows {
                max: self.limits.rows_max,
            }));
        }
        let row = Row {
            number: self.row,
            cells: std::mem::take(&mut self.cells),
            fixed_width: true,
        };
        if !row.is_blank() {
            self.rows.push(row);
        }
        self.row += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
        let decoded = Decoded {
            text: text.to_owned(),
            encoding: "UTF-8",
        };
        let table = read(decoded, &Limits::default()).unwrap();
        table
            .rows
            .iter()
            .map(|row| (row.number, row.cells.iter().map(Cell::shown).collect()))
            .collect()
    }

    fn refusal(text: &str, limits: Limits) -> Refusal {
        read(
            Decoded {
                text: text.to_owned(),
                encoding: "UTF-8",
            },
            &limits,
        )
        .unwrap_err()
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let found = rows("a,b\r\n\r\n1,\"two\r\nlines\"\r\n3,4\r\n");
        let expected = [(1, ["a", "b"]), (3, ["1", "two\r\nlines"]), (4, ["3", "4"])];
        assert_eq!(
            found,
            expected.map(|(number, cells)| (number, cells.map(String::from).to_vec()))
        );
    }

    #[test]
    fn semicolon_tab_and_every_line_end_are_understood() {
        for text in ["a;b\n1,5;2\n", "a\tb\r1,5\t2\r", "\"a\",b\r\n\"1,5\",2"] {
            let cells: Vec<_> = rows(text).into_iter().map(|(_, cells)| cells).collect();
            assert_eq!(cells, [["a", "b"], ["1,5", "2"]], "{text:?}");
        }
    }

    #[test]
    fn two_quotes_within_quotes_are_one() {
        assert_eq!(
            rows("a,b\n\"say \"\"yes\"\"\",5\"\n")[1].1,
            ["say \"yes\"", "5\""]
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_is_reported_where_it_opens() {
        let found = refusal("a,b\n1,2\n3,\"4\n5,6\n", Limits::default());
        assert_eq!(found, Refusal::cell(3, 1, Problem::UnclosedQuote));
    }

    #[test]
    fn each_bound_is_kept() {
        let tight = Limits {
            rows_max: 2,
            columns_max: 2,
            cell_chars_max: 3,
            ..Limits::default()
        };
        assert_eq!(
            refusal("a,b,c\n", tight).problem,
            Problem::TooManyColumns { max: 2 }
        );
        assert_eq!(
            refusal("a\nb\nc\n", tight).problem,
            Problem::TooManyRows { max: 2 }
        );
        assert_eq!(
            refusal("a\nlong\n", tight),
            Refusal::cell(2, 0, Problem::CellTooLong { max: 3 })
        );
    }
}
