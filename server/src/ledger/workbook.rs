//! Excel workbooks (.xlsx) to a table.
//!
//! A workbook is a stranger's zip archive, so three things are bounded before or while `calamine` reads it: what the
//! archive unpacks to (really unpacked and counted, since declared sizes may lie), the sheet's size (cells are taken one
//! by one, and the declared size is not believed), and the damage of a panic in the parser.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use jiff::civil::Date;

use super::limits::Limits;
use super::problem::Problem;
use super::report::Source;
use super::table::{Cell, Refusal, Row, Table};

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Table, Refusal> {
    let guarded = catch_unwind(AssertUnwindSafe(|| {
        check_unpacked_size(bytes, limits)?;
        read_first_sheet(bytes, limits)
    }));
    guarded.unwrap_or_else(|_| Err(unreadable("damaged")))
}

fn unreadable(detail: &str) -> Refusal {
    Refusal::file(Problem::UnreadableWorkbook {
        detail: detail.to_owned(),
    })
}

/// Unpacks every part into nothing and counts.
fn check_unpacked_size(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error.to_string()))?;
    let mut left = limits.unpacked_bytes_max;
    for index in 0..archive.len() {
        let part = archive
            .by_index(index)
            .map_err(|error| unreadable(&error.to_string()))?;
        let unpacked = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|error| unreadable(&error.to_string()))?;
        left = left
            .checked_sub(unpacked)
            .ok_or(Refusal::file(Problem::UnpacksTooLarge {
                max: limits.unpacked_bytes_max,
            }))?;
    }
    Ok(())
}

/// The first visible sheet with something in it.
fn read_first_sheet(bytes: &[u8], limits: &Limits) -> Result<Table, Refusal> {
    let mut workbook: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error.to_string()))?;
    let visible: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut others = visible.clone();
    for sheet in visible {
        let rows = match read_sheet(&mut workbook, &sheet, limits) {
            Err(refusal) => return Err(refusal),
            Ok(rows) if rows.is_empty() => continue,
            Ok(rows) => rows,
        };
        others.retain(|other| *other != sheet);
        let notes = match others.is_empty() {
            true => Vec::new(),
            false => vec![Problem::OtherSheets {
                names: others.join(", "),
            }],
        };
        return Ok(Table {
            rows,
            source: Source::Workbook { sheet },
            notes,
        });
    }
    Err(Refusal::file(Problem::Empty))
}

fn read_sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, sheet: &str, limits: &Limits) -> Result<Vec<Row>, Refusal> {
    let failed = |error: calamine::XlsxError| unreadable(&error.to_string());
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(failed)?;
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    let mut cells_total = 0;
    let mut text_bytes_left = limits.unpacked_bytes_max;
    while let Some(found) = cells.next_cell().map_err(failed)? {
        let (row, column) = found.get_position();
        let (number, column) = (
            row.saturating_add(1),
            usize::try_from(column).unwrap_or(usize::MAX),
        );
        let cell = cell(found.get_value(), number, column, limits)?;
        // Cells without contents but with a border or a colour may reach far to the right and down.
        if cell.is_blank() {
            continue;
        }
        if number > limits.rows_max {
            return Err(Refusal::file(Problem::TooManyRows { max: limits.rows_max }));
        }
        if column >= limits.columns_max {
            return Err(Refusal::cell(
                number,
                column,
                Problem::TooManyColumns {
                    max: limits.columns_max,
                },
            ));
        }
        if let Cell::Text(text) | Cell::Error(text) = &cell {
            let taken = u64::try_from(text.len()).unwrap_or(u64::MAX);
            text_bytes_left =
                text_bytes_left
                    .checked_sub(taken)
                    .ok_or(Refusal::file(Problem::UnpacksTooLarge {
                        max: limits.unpacked_bytes_max,
                    }))?;
        }
        let cells_of_row = rows.entry(number).or_default();
        if cells_of_row.len() <= column {
            cells_total += column + 1 - cells_of_row.len();
            if cells_total > limits.cells_max {
                return Err(Refusal::file(Problem::TooManyCells {
                    max: limits.cells_max,
                }));
            }
            cells_of_row.resize(column + 1, Cell::Empty);
        }
        cells_of_row[column] = cell;
    }
    Ok(rows
        .into_iter()
        .map(|(number, cells)| Row {
            number,
            cells,
            fixed_width: false,
        })
        .collect())
}

fn cell(value: &DataRef<'_>, row: u32, column: usize, limits: &Limits) -> Result<Cell, Refusal> {
    let text = |text: &str| {
        if text.chars().nth(limits.cell_chars_max).is_some() {
            let problem = Problem::CellTooLong {
                max: limits.cell_chars_max,
            };
            return Err(Refusal::cell(row, column, problem));
        }
        Ok(Cell::text(text))
    };
    match value {
        DataRef::Empty => Ok(Cell::Empty),
        DataRef::String(string) => text(string),
        DataRef::SharedString(string) => text(string),
        DataRef::DateTimeIso(string) | DataRef::DurationIso(string) => text(string),
        #[expect(
            clippy::cast_precision_loss,
            reason = "a spreadsheet has 15 digits, and refuses none by this"
        )]
        DataRef::Int(number) => Ok(Cell::Number(*number as f64)),
        DataRef::Float(number) => Ok(Cell::Number(*number)),
        DataRef::Bool(yes) => Ok(Cell::text(if *yes { "TRUE" } else { "FALSE" })),
        DataRef::Error(error) => Ok(Cell::Error(error.to_string().into())),
        DataRef::DateTime(serial) => Ok(day(serial).map_or(Cell::Number(serial.as_f64()), Cell::Date)),
    }
}

/// The day of a date cell. A serial number below 1 is a time without a day.
fn day(serial: &calamine::ExcelDateTime) -> Option<Date> {
    // 2958466 would be 1 January 10000, which neither Excel nor the calendar has.
    if !serial.is_datetime() || !(1.0..2_958_466.0).contains(&serial.as_f64()) {
        return None;
    }
    let (year, month, day, ..) = serial.to_ymd_hms_milli();
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}
