//! How large a ledger may be. A file beyond a limit is refused with the limit named, before it can exhaust memory.

/// Bounds on one file. The defaults suit the ledger of one county company in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file as it arrives, in bytes.
    pub size_bytes_max: usize,
    /// Size of all parts of a workbook after unpacking, and of the text of all its cells, in bytes. This is what stops a
    /// zip bomb, and a long text that a small file repeats in a million cells.
    pub unpacked_bytes_max: u64,
    /// Rows, counted from the first row of the sheet, headings and blank rows included.
    pub rows_max: u32,
    /// Columns in one row.
    pub columns_max: usize,
    /// Cells in all, which is what the memory for a file depends on.
    pub cells_max: usize,
    /// Characters in one cell.
    pub cell_chars_max: usize,
    /// How many errors, and how many notes, the report lists; beyond that it only counts.
    pub issues_listed_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            size_bytes_max: 64 << 20,
            unpacked_bytes_max: 256 << 20,
            rows_max: 300_000,
            columns_max: 200,
            cells_max: 6_000_000,
            cell_chars_max: 1_000,
            issues_listed_max: 200,
        }
    }
}
