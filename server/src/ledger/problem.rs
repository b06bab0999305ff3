//! What can be wrong with a ledger, in words for the person who sent it.
//!
//! Each problem has a code that programs may rely on, and a Chinese and an English sentence that says what was expected.
//! Where it is (row, column) and what was found there are kept beside it, in [`super::Issue`].

/// One thing that is wrong, or that the reader ought to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nothing in the file.
    Empty,
    /// More bytes than accepted.
    FileTooLarge { size_bytes: usize, max: usize },
    /// A kind of file that is not read; `advice` names what to do.
    UnsupportedFormat { zh: &'static str, en: &'static str },
    /// Neither UTF-8 nor GB18030.
    NotText { at_byte: usize },
    /// UTF-8 that was cut or damaged.
    DamagedUtf8 { at_byte: usize },
    /// A zero byte: a binary file or a damaged one.
    NulByte { at_byte: usize },
    /// The workbook can't be opened or read on.
    UnreadableWorkbook { detail: String },
    /// A workbook that unpacks to more than is accepted.
    UnpacksTooLarge { max: u64 },
    /// More rows than accepted.
    TooManyRows { max: u32 },
    /// More columns than accepted.
    TooManyColumns { max: usize },
    /// More cells than accepted.
    TooManyCells { max: usize },
    /// A quotation mark that is never closed.
    UnclosedQuote,
    /// Only headings.
    NoRows,
    /// No row among the first ones looks like headings.
    NoHeadings { examples: String },
    /// A column that must be there.
    MissingColumn { heading: String },
    /// Two columns with one meaning.
    DuplicateColumn { first_letter: String },
    /// Fewer cells than headings: the row was cut.
    RowTooShort { cells: usize, headings: usize },
    /// A value beyond the last heading.
    RowTooLong { headings: usize },
    /// A cell longer than accepted.
    CellTooLong { max: usize },
    /// An empty cell where a value is needed.
    Required,
    /// Something in a cell that is not a text.
    BadCharacter,
    /// The spreadsheet's own error value, such as #N/A.
    CellError,
    /// An identifier that the spreadsheet keeps as a number, so that zeros and digits are lost already.
    IdentifierIsNumber,
    /// An identifier that a spreadsheet has rounded, such as 5.33E+21.
    IdentifierRounded,
    /// An identifier of another form than expected.
    BadIdentifier { expected: &'static str },
    /// Not a decimal number.
    NotANumber,
    /// A number outside what is possible.
    OutOfRange { min: String, max: String },
    /// Not a date of the calendar.
    NotADate,
    /// None of the words in the list.
    NotAChoice { choices: String },
    /// Not a ratio such as 150/5.
    NotARatio,
    /// A value that its domain type refuses.
    BadValue { zh: String, en: String },
    /// One key in two rows with different contents.
    Contradiction { first_row: u32 },
    /// A number that neither this file nor the database knows.
    Unknown { zh: &'static str, en: &'static str },
    /// Units above one another in a circle.
    Circle { circle: String },
    /// A row of readings that names neither point nor meter.
    NoPointNorMeter,
    /// Note: full-width characters or blanks were made plain.
    Normalised { value: String },
    /// Note: a column that no field has.
    IgnoredColumn,
    /// Note: headings were found further down.
    HeadingsBelow,
    /// Note: other sheets were not read.
    OtherSheets { names: String },
    /// Note: the last line has no line end, as a file that was cut would look.
    NoFinalLineEnd,
    /// Note: the same row came before.
    Repeated { first_row: u32 },
    /// Note: kW taken as kVA.
    KilowattsAsKva,
    /// Note: the ledger's multiplier is not what its ratios give. It is kept: the difference is a matter for the audit.
    MultiplierDiffers { computed: String },
    /// Note: one meter at two points. It is kept: the audit screens for it.
    MeterElsewhere { point: String },
    /// Note: the area in the row is not the one of the point.
    AreaDiffers { area: String },
    /// Note: a stored reading was replaced.
    ReadingReplaced { before: String },
    /// Note: the meter of the row is not the one that is mounted at the point now.
    EarlierMeter { mounted: String },
}

impl Problem {
    /// A fixed word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::UnsupportedFormat { .. } => "unsupported_format",
            Self::NotText { .. } => "not_text",
            Self::DamagedUtf8 { .. } => "damaged_utf8",
            Self::NulByte { .. } => "nul_byte",
            Self::UnreadableWorkbook { .. } => "unreadable_workbook",
            Self::UnpacksTooLarge { .. } => "unpacks_too_large",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::TooManyCells { .. } => "too_many_cells",
            Self::UnclosedQuote => "unclosed_quote",
            Self::NoRows => "no_rows",
            Self::NoHeadings { .. } => "no_headings",
            Self::MissingColumn { .. } => "missing_column",
            Self::DuplicateColumn { .. } => "duplicate_column",
            Self::RowTooShort { .. } => "row_too_short",
            Self::RowTooLong { .. } => "row_too_long",
            Self::CellTooLong { .. } => "cell_too_long",
            Self::Required => "required",
            Self::BadCharacter => "bad_character",
            Self::CellError => "cell_error",
            Self::IdentifierIsNumber => "identifier_is_number",
            Self::IdentifierRounded => "identifier_rounded",
            Self::BadIdentifier { .. } => "bad_identifier",
            Self::NotANumber => "not_a_number",
            Self::OutOfRange { .. } => "out_of_range",
            Self::NotADate => "not_a_date",
            Self::NotAChoice { .. } => "not_a_choice",
            Self::NotARatio => "not_a_ratio",
            Self::BadValue { .. } => "bad_value",
            Self::MultiplierDiffers { .. } => "multiplier_differs",
            Self::Contradiction { .. } => "contradiction",
            Self::Unknown { .. } => "unknown_reference",
            Self::Circle { .. } => "circle",
            Self::NoPointNorMeter => "no_point_nor_meter",
            Self::MeterElsewhere { .. } => "meter_elsewhere",
            Self::AreaDiffers { .. } => "area_differs",
            Self::Normalised { .. } => "normalised",
            Self::IgnoredColumn => "ignored_column",
            Self::HeadingsBelow => "headings_below",
            Self::OtherSheets { .. } => "other_sheets",
            Self::NoFinalLineEnd => "no_final_line_end",
            Self::Repeated { .. } => "repeated",
            Self::KilowattsAsKva => "kilowatts_as_kva",
            Self::ReadingReplaced { .. } => "reading_replaced",
            Self::EarlierMeter { .. } => "earlier_meter",
        }
    }

    /// The sentence in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Empty => "文件是空的".into(),
            Self::FileTooLarge { size_bytes, max } => {
                format!("文件有 {size_bytes} 字节，最多 {max} 字节；请按单位或月份拆分")
            }
            Self::UnsupportedFormat { zh, .. } => (*zh).into(),
            Self::NotText { at_byte } => {
                format!("第 {at_byte} 字节处既不是 UTF-8 也不是 GB18030 文字；文件可能损坏或不是 CSV")
            }
            Self::DamagedUtf8 { at_byte } => {
                format!("UTF-8 文字在第 {at_byte} 字节处损坏或被截断；请重新导出")
            }
            Self::NulByte { at_byte } => format!("第 {at_byte} 字节为 0；文件损坏或不是文本文件"),
            Self::UnreadableWorkbook { detail } => {
                format!("工作簿无法读取（{detail}）；请用 Excel 打开后另存为 .xlsx")
            }
            Self::UnpacksTooLarge { max } => format!("工作簿解压后超过 {max} 字节，未读取"),
            Self::TooManyRows { max } => format!("行数超过 {max}；请拆分文件"),
            Self::TooManyColumns { max } => format!("列数超过 {max}"),
            Self::TooManyCells { max } => format!("单元格总数超过 {max}；请拆分文件"),
            Self::UnclosedQuote => "从这里开始的引号没有结束；文件可能被截断，或单元格里多了一个引号".into(),
            Self::NoRows => "只有表头，没有数据行".into(),
            Self::NoHeadings { examples } => format!("前几行里没有找到表头；应有的列例如：{examples}"),
            Self::MissingColumn { heading } => format!("缺少必需的列“{heading}”"),
            Self::DuplicateColumn { first_letter } => format!("与 {first_letter} 列含义相同；请删去一列"),
            Self::RowTooShort { cells, headings } => {
                format!("这一行只有 {cells} 个单元格，表头有 {headings} 列；文件可能被截断")
            }
            Self::RowTooLong { headings } => {
                format!("表头只有 {headings} 列，这一行在其后还有内容；可能少了引号")
            }
            Self::CellTooLong { max } => format!("单元格超过 {max} 个字符"),
            Self::Required => "此列不能为空".into(),
            Self::BadCharacter => "含有控制字符或已损坏的字符（乱码）；请重新导出".into(),
            Self::CellError => "单元格是公式错误值；请改为实际的值".into(),
            Self::IdentifierIsNumber => {
                "编号以数字格式存放，前导零和第 15 位以后的数字已经丢失；请把此列设为“文本”格式后重新导出"
                    .into()
            }
            Self::IdentifierRounded => {
                "编号已被电子表格改成科学计数法，数字已经丢失；请从系统重新导出，不要用表格软件另存".into()
            }
            Self::BadIdentifier { expected } => {
                format!("编号格式不对，应为：{}", identifier_form_zh(expected))
            }
            Self::NotANumber => "应为数字，例如 1234.56".into(),
            Self::OutOfRange { min, max } => format!("应在 {min} 与 {max} 之间"),
            Self::NotADate => "应为日期，例如 2016-01-01、2016/1/1、2016年1月1日 或 20160101".into(),
            Self::NotAChoice { choices } => format!("应为以下之一：{choices}"),
            Self::NotARatio => "应为变比，例如 150/5".into(),
            Self::BadValue { zh, .. } => zh.clone(),
            Self::MultiplierDiffers { computed } => format!("综合倍率与变比不符：按变比计算为 {computed}"),
            Self::Contradiction { first_row } => format!("与第 {first_row} 行是同一条记录，但内容不同"),
            Self::Unknown { zh, .. } => format!("{zh}在本文件和台账中都不存在；请先导入"),
            Self::Circle { circle } => format!("上下级关系成环：{circle}"),
            Self::NoPointNorMeter => "计量点编号与电能表资产号至少要有一个".into(),
            Self::MeterElsewhere { point } => format!("该电能表在计量点 {point} 也有登记"),
            Self::AreaDiffers { area } => format!("台账中该计量点属于台区 {area}"),
            Self::Normalised { value } => format!("全角字符或空白已规范为“{value}”"),
            Self::IgnoredColumn => "未识别的列，已忽略".into(),
            Self::HeadingsBelow => "表头不在第 1 行，以此行为表头".into(),
            Self::OtherSheets { names } => format!("只读取了第一个有内容的工作表；未读取：{names}"),
            Self::NoFinalLineEnd => "最后一行没有换行符；请确认文件没有被截断".into(),
            Self::Repeated { first_row } => format!("与第 {first_row} 行完全相同，已忽略"),
            Self::KilowattsAsKva => "此列单位为 kW，按功率因数 1 视作 kVA".into(),
            Self::ReadingReplaced { before } => format!("台账中原有示数 {before} 已被替换"),
            Self::EarlierMeter { mounted } => format!("该计量点现装电能表为 {mounted}；此示数记在本行的表上"),
        }
    }

    /// The sentence in English.
    #[must_use]
    pub fn en(&self) -> String {
        match self {
            Self::Empty => "The file is empty.".into(),
            Self::FileTooLarge { size_bytes, max } => {
                format!("The file has {size_bytes} bytes; at most {max} are read. Split it by unit or month.")
            }
            Self::UnsupportedFormat { en, .. } => (*en).into(),
            Self::NotText { at_byte } => {
                format!("Byte {at_byte} is neither UTF-8 nor GB18030 text; the file is damaged or not a CSV.")
            }
            Self::DamagedUtf8 { at_byte } => {
                format!("The UTF-8 text is damaged or cut at byte {at_byte}; export it again.")
            }
            Self::NulByte { at_byte } => format!("Byte {at_byte} is zero; the file is damaged or not a text file."),
            Self::UnreadableWorkbook { detail } => {
                format!("The workbook can't be read ({detail}). Open it in Excel and save it as .xlsx.")
            }
            Self::UnpacksTooLarge { max } => {
                format!("The workbook unpacks to more than {max} bytes and was not read.")
            }
            Self::TooManyRows { max } => format!("More than {max} rows; split the file."),
            Self::TooManyColumns { max } => format!("More than {max} columns."),
            Self::TooManyCells { max } => format!("More than {max} cells in all; split the file."),
            Self::UnclosedQuote => {
                "The quotation mark that opens here is never closed: the file was cut, or a cell has a stray quote."
                    .into()
            }
            Self::NoRows => "There are headings but no rows.".into(),
            Self::NoHeadings { examples } => {
                format!("No headings were found in the first rows; expected columns such as {examples}.")
            }
            Self::MissingColumn { heading } => format!("The column “{heading}” is missing."),
            Self::DuplicateColumn { first_letter } => {
                format!("Means the same as column {first_letter}; remove one of them.")
            }
            Self::RowTooShort { cells, headings } => {
                format!("The row has {cells} cells but there are {headings} headings; the file may have been cut.")
            }
            Self::RowTooLong { headings } => {
                format!("There are {headings} headings, and this row goes on after them; a quote may be missing.")
            }
            Self::CellTooLong { max } => format!("The cell has more than {max} characters."),
            Self::Required => "This column must not be empty.".into(),
            Self::BadCharacter => "There are control or damaged characters in the cell; export it again.".into(),
            Self::CellError => "The cell holds a formula error; put the real value.".into(),
            Self::IdentifierIsNumber => "The identifier is stored as a number, so leading zeros and digits after the \
                                         15th are lost already. Format the column as text and export again."
                .into(),
            Self::IdentifierRounded => "A spreadsheet turned the identifier into scientific notation and its digits \
                                        are lost. Export again from the system without saving in a spreadsheet."
                .into(),
            Self::BadIdentifier { expected } => format!("Expected {expected}."),
            Self::NotANumber => "Expected a number such as 1234.56.".into(),
            Self::OutOfRange { min, max } => format!("Expected a value between {min} and {max}."),
            Self::NotADate => "Expected a date such as 2016-01-01, 2016/1/1, 2016年1月1日 or 20160101.".into(),
            Self::NotAChoice { choices } => format!("Expected one of: {choices}."),
            Self::NotARatio => "Expected a ratio such as 150/5.".into(),
            Self::BadValue { en, .. } => en.clone(),
            Self::MultiplierDiffers { computed } => {
                format!("The multiplier does not agree with the ratios, which give {computed}.")
            }
            Self::Contradiction { first_row } => {
                format!("The same record as in row {first_row}, with different contents.")
            }
            Self::Unknown { en, .. } => {
                format!("{en} is neither in this file nor in the ledger; import it first.")
            }
            Self::Circle { circle } => format!("Units lie above one another in a circle: {circle}."),
            Self::NoPointNorMeter => "Either the metering point or the meter must be given.".into(),
            Self::MeterElsewhere { point } => format!("This meter is also on record at point {point}."),
            Self::AreaDiffers { area } => format!("The ledger has this point in area {area}."),
            Self::Normalised { value } => format!("Full-width characters or blanks were made “{value}”."),
            Self::IgnoredColumn => "The column is not known and was ignored.".into(),
            Self::HeadingsBelow => "The headings are not in row 1; this row was taken.".into(),
            Self::OtherSheets { names } => {
                format!("Only the first sheet with contents was read; not read: {names}.")
            }
            Self::NoFinalLineEnd => "The last line has no line end; make sure that the file was not cut.".into(),
            Self::Repeated { first_row } => format!("Equal to row {first_row}; ignored."),
            Self::KilowattsAsKva => "The column is in kW; taken as kVA at power factor 1.".into(),
            Self::ReadingReplaced { before } => format!("Replaces the stored reading {before}."),
            Self::EarlierMeter { mounted } => {
                format!("The meter mounted at the point is {mounted}; the reading is kept for the meter in the row.")
            }
        }
    }
}

/// The forms of identifiers that `jicha_domain` names, said in Chinese.
fn identifier_form_zh(expected: &'static str) -> &'static str {
    if expected.contains("capitals") {
        "1 至 32 位数字或大写字母"
    } else {
        "1 至 32 位字母、数字、-、_ 或 ."
    }
}
