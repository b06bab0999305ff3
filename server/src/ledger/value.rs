//! One cell to one checked value.

use std::borrow::Cow;

use jicha_domain::id::{AssetNo, CustomerNo, IdError, MeteringPointNo, OrgUnitCode};
use jicha_domain::meter::{AccuracyClass, Connection, Multiplier, PhaseWire, Ratio};
use jicha_domain::metering_point::{AccessDifficulty, MeteringPointKind, PointClass};
use jicha_domain::org::OrgUnitKind;
use jicha_domain::register::ReadingSource;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::field::{Field, Form};
use super::problem::Problem;
use super::table::Cell;
use super::words::{self, Words};

/// A checked value in the form in which it is stored.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Text: identifiers, words, and decimals, which stay exact.
    Text(String),
    /// A small whole number.
    Whole(i64),
    /// A place, in degrees of WGS-84.
    Place { latitude_deg: f64, longitude_deg: f64 },
}

impl Value {
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }
}

/// What a cell was found to hold.
#[derive(Debug, PartialEq)]
pub(super) struct Parsed {
    /// None for a blank cell.
    pub value: Option<Value>,
    /// The text after full-width characters or blanks were made plain, where that changed an identifier or a number.
    pub normalised: Option<String>,
}

pub(super) fn parse(field: Field, cell: &Cell) -> Result<Parsed, Problem> {
    let form = field.spec().form;
    let blank = Parsed {
        value: None,
        normalised: None,
    };
    let text: Cow<'_, str> = match cell {
        Cell::Empty => return Ok(blank),
        Cell::Error(_) => return Err(Problem::CellError),
        Cell::Text(text) => Cow::Borrowed(text),
        Cell::Number(_) if form.is_identifier() => return Err(Problem::IdentifierIsNumber),
        Cell::Number(number) => Cow::Owned(number_text(*number).ok_or(Problem::NotANumber)?),
        Cell::Date(date) if matches!(form, Form::Date | Form::Text) => Cow::Owned(date.to_string()),
        Cell::Date(_) if form.is_identifier() => return Err(Problem::IdentifierIsNumber),
        Cell::Date(_) => return Err(Problem::NotANumber),
    };
    if text.chars().any(is_bad) {
        return Err(Problem::BadCharacter);
    }
    let trimmed = trim(&text);
    if form == Form::Text {
        let value = (!trimmed.is_empty()).then(|| Value::Text(trimmed.to_owned()));
        return Ok(Parsed {
            value,
            normalised: None,
        });
    }
    let plain = plain(trimmed);
    if plain.is_empty() {
        return Ok(blank);
    }
    let value = parse_plain(field, form, &plain)?;
    let normalised = (plain != *text).then(|| plain.into_owned());
    Ok(Parsed { value, normalised })
}

fn parse_plain(field: Field, form: Form, plain: &str) -> Result<Option<Value>, Problem> {
    let text = |text: String| Ok(Some(Value::Text(text)));
    match form {
        Form::OrgUnitCode => identifier(plain, OrgUnitCode::new),
        Form::PointNo => identifier(plain, MeteringPointNo::new),
        Form::AssetNo => identifier(plain, AssetNo::new),
        Form::CustomerNo => identifier(plain, CustomerNo::new),
        Form::Text => text(plain.to_owned()),
        Form::Decimal { min, max } => {
            let number = decimal(plain)?;
            in_range(number, min, max)?;
            if field == Field::OwnMultiplier && number.is_zero() {
                return Err(Problem::NotANumber);
            }
            text(number.normalize().to_string())
        }
        Form::Whole { min, max } => {
            let number = decimal(plain)?;
            in_range(number, min, max)?;
            let whole = Some(number)
                .filter(Decimal::is_integer)
                .and_then(|number| i64::try_from(number).ok());
            whole
                .map(|whole| Some(Value::Whole(whole)))
                .ok_or(Problem::NotANumber)
        }
        Form::Date => text(date(plain).ok_or(Problem::NotADate)?.to_string()),
        Form::Ratio => match plain.replace(':', "/").parse::<Ratio>() {
            Ok(ratio) => text(ratio.to_string()),
            // A ratio written as one number, such as the 倍率 30, has lost its transformers' plates.
            Err(_) => Err(Problem::NotARatio),
        },
        Form::Multiplier => match plain.parse::<Multiplier>() {
            Ok(multiplier) => text(multiplier.to_string()),
            Err(_) => Err(Problem::NotANumber),
        },
        Form::AccuracyClass => match AccuracyClass::from_plate(plain) {
            Ok(class) => text(class.as_str().to_owned()),
            Err(_) => Err(Problem::NotAChoice {
                choices: "0.2S、0.5S、1、2、A、B、C、D".to_owned(),
            }),
        },
        // Three phases may have three wires or four: the count alone does not tell, and is no fault either.
        Form::PhaseWire if plain == "3" => Ok(None),
        Form::PhaseWire => word::<PhaseWire>(plain),
        Form::UnitKind => word::<OrgUnitKind>(plain),
        Form::PointKind => word::<MeteringPointKind>(plain),
        Form::PointClass => word::<PointClass>(plain),
        Form::Connection => word::<Connection>(plain),
        Form::AccessDifficulty => word::<AccessDifficulty>(plain),
        Form::ReadingSource => word::<ReadingSource>(plain),
        Form::GeoJsonPoint => geo_json_point(plain).map(Some),
    }
}

fn identifier<T: AsRef<str>>(
    plain: &str,
    new: impl Fn(String) -> Result<T, IdError>,
) -> Result<Option<Value>, Problem> {
    if is_scientific(plain) {
        return Err(Problem::IdentifierRounded);
    }
    match new(plain.to_owned()) {
        Ok(id) => Ok(Some(Value::Text(id.as_ref().to_owned()))),
        Err(error) => Err(Problem::BadIdentifier {
            expected: error.expected,
        }),
    }
}

fn word<W: Words>(plain: &str) -> Result<Option<Value>, Problem> {
    match words::find::<W>(plain) {
        Some(value) => Ok(Some(Value::Text(value.word().to_owned()))),
        None => Err(Problem::NotAChoice {
            choices: words::choices::<W>(),
        }),
    }
}

/// Whether the text is what a spreadsheet makes of a long number: `5.33094E+21`.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let exponent = exponent.strip_prefix('+');
    mantissa.starts_with(|c: char| c.is_ascii_digit())
        && mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && exponent.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// A number of a spreadsheet as it shows it: 15 significant digits. The binary form of 15898.53 is not exactly that, and
/// anything after the 15th digit is noise.
fn number_text(number: f64) -> Option<String> {
    let rounded = Decimal::from_scientific(&format!("{number:.14e}")).ok()?;
    Some(rounded.normalize().to_string())
}

/// A decimal with an optional sign, and commas between thousands where they stand right.
fn decimal(plain: &str) -> Result<Decimal, Problem> {
    let digits = plain.strip_prefix(['-', '+']).unwrap_or(plain);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let groups: Vec<&str> = whole.split(',').collect();
    let grouped_well = groups.len() == 1
        || (groups[0].len() <= 3
            && groups[1..].iter().all(|group| group.len() == 3)
            && !groups[0].is_empty());
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !grouped_well || !all_digits(&groups.concat()) || !all_digits(fraction) || plain.len() > 40 {
        return Err(Problem::NotANumber);
    }
    // `from_str_exact` refuses what it can't hold, where `from_str` would round.
    Decimal::from_str_exact(&plain.replace(',', "")).map_err(|_| Problem::NotANumber)
}

fn in_range(number: Decimal, min: i64, max: i64) -> Result<(), Problem> {
    if number < Decimal::from(min) || number > Decimal::from(max) {
        return Err(Problem::OutOfRange {
            min: min.to_string(),
            max: max.to_string(),
        });
    }
    Ok(())
}

/// Reads the day of `2016-01-01`, `2016/1/1`, `2016.1.1`, `2016年1月1日`, `20160101`, each with or without a time of day.
fn date(plain: &str) -> Option<Date> {
    let day = plain.split([' ', 'T']).next()?;
    let parts: Vec<&str> = if day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()) {
        vec![&day[..4], &day[4..6], &day[6..]]
    } else {
        day.trim_end_matches('日')
            .split(['-', '/', '.', '年', '月'])
            .collect()
    };
    let [year, month, day] = parts[..] else {
        return None;
    };
    if year.len() != 4 || !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A point in GeoJSON (RFC 7946 3.1.2): longitude first, WGS-84.
fn geo_json_point(plain: &str) -> Result<Value, Problem> {
    #[derive(serde::Deserialize)]
    struct Point {
        #[serde(rename = "type")]
        kind: String,
        coordinates: Vec<f64>,
    }
    let refused = || Problem::BadValue {
        zh: "应为 GeoJSON 点（经度在前）".to_owned(),
        en: "Expected a GeoJSON point, longitude first.".to_owned(),
    };
    let point: Point = serde_json::from_str(plain).map_err(|_| refused())?;
    match point.coordinates[..] {
        [longitude_deg, latitude_deg, ..]
            if point.kind == "Point"
                && jicha_domain::position::PositionWgs84::new(latitude_deg, longitude_deg).is_ok() =>
        {
            Ok(Value::Place {
                latitude_deg,
                longitude_deg,
            })
        }
        _ => Err(refused()),
    }
}

/// Control characters, and the mark that stands where a decoder gave up: the text was damaged before it came here.
fn is_bad(c: char) -> bool {
    c == '\u{FFFD}' || (c.is_control() && !matches!(c, '\t' | '\r' | '\n'))
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}')
}

/// Takes off blanks of every width, and the wrappings that keep a spreadsheet from reading a number: `="0530"`, `'0530`.
fn trim(text: &str) -> &str {
    let text = text.trim_matches(is_blank);
    let text = text
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text);
    text.strip_prefix('\'').unwrap_or(text).trim_matches(is_blank)
}

/// Full-width letters, digits and signs to plain ones, and every blank to a plain one.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let narrow = text.chars().map(|c| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c if is_blank(c) => ' ',
        c => c,
    });
    Cow::Owned(narrow.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(field: Field, cell: &str) -> Result<Option<String>, Problem> {
        let parsed = parse(field, &Cell::text(cell))?;
        Ok(parsed.value.and_then(|value| value.as_text().map(str::to_owned)))
    }

    #[test]
    fn identifiers_keep_every_zero_and_all_22_digits() {
        for no in ["0000530324", "0030935151446119654130", "5330937472214326114000"] {
            assert_eq!(text(Field::AssetNo, no), Ok(Some(no.to_owned())));
        }
    }

    #[test]
    fn wrappings_and_full_width_characters_are_made_plain_and_told() {
        for cell in [
            "=\"00530\"",
            "'00530",
            "００５３０",
            " 00530\t",
            "\u{3000}00530\u{A0}",
        ] {
            let parsed = parse(Field::AssetNo, &Cell::text(cell)).unwrap();
            let expected = Parsed {
                value: Some(Value::Text("00530".into())),
                normalised: Some("00530".into()),
            };
            assert_eq!(parsed, expected, "{cell:?}");
        }
        assert_eq!(
            parse(Field::AssetNo, &Cell::text("00530")).unwrap().normalised,
            None
        );
    }

    #[test]
    fn an_identifier_that_a_spreadsheet_has_touched_is_refused() {
        assert_eq!(
            text(Field::AssetNo, "5.33094E+21"),
            Err(Problem::IdentifierRounded)
        );
        assert_eq!(text(Field::CustomerNo, "5E+21"), Err(Problem::IdentifierRounded));
        assert_eq!(
            parse(Field::UnitCode, &Cell::Number(5303.0)),
            Err(Problem::IdentifierIsNumber)
        );
    }

    #[test]
    fn decimals_are_exact_and_have_one_spelling() {
        for (cell, expected) in [
            ("16356.30", "16356.3"),
            ("１２．５", "12.5"),
            ("1,234,567.89", "1234567.89"),
            ("0.00", "0"),
            ("00012", "12"),
        ] {
            assert_eq!(
                text(Field::ForwardTotal, cell),
                Ok(Some(expected.to_owned())),
                "{cell}"
            );
        }
        for cell in [
            "", "abc", "1,23", "1.2.3", "1e5", "--1", ",123", "12,", "1.", "NaN",
        ] {
            let expected = if cell.is_empty() {
                Ok(None)
            } else {
                Err(Problem::NotANumber)
            };
            assert_eq!(text(Field::ForwardTotal, cell), expected, "{cell}");
        }
        assert!(matches!(
            text(Field::ForwardTotal, "-0.01"),
            Err(Problem::OutOfRange { .. })
        ));
    }

    #[test]
    fn numbers_of_a_spreadsheet_are_taken_as_it_shows_them() {
        for (number, expected) in [
            (15898.53, "15898.53"),
            (15898.529999999999, "15898.53"),
            (30.0, "30"),
        ] {
            let parsed = parse(Field::ForwardTotal, &Cell::Number(number)).unwrap();
            assert_eq!(parsed.value, Some(Value::Text(expected.into())));
        }
        assert_eq!(
            parse(Field::ForwardTotal, &Cell::Number(f64::NAN)),
            Err(Problem::NotANumber)
        );
    }

    #[test]
    fn every_usual_way_to_write_a_date_gives_the_same_day() {
        for cell in [
            "2016-02-01",
            "2016/2/1",
            "2016.2.1",
            "2016年2月1日",
            "20160201",
            "2016-02-01 08:30:00",
            "２０１６-2-1",
        ] {
            assert_eq!(
                text(Field::ReadOn, cell),
                Ok(Some("2016-02-01".to_owned())),
                "{cell}"
            );
        }
        for cell in [
            "2016-02-30",
            "16-2-1",
            "2016-13-01",
            "1/2/2016",
            "42401",
            "2016-2",
        ] {
            assert_eq!(text(Field::ReadOn, cell), Err(Problem::NotADate), "{cell}");
        }
    }

    #[test]
    fn ratios_and_words_are_checked_by_their_domain_types() {
        assert_eq!(text(Field::CtRatio, "150：5"), Ok(Some("150/5".to_owned())));
        assert_eq!(text(Field::CtRatio, "30"), Err(Problem::NotARatio));
        assert_eq!(text(Field::AccuracyClass, "0.5s"), Ok(Some("0.5S".to_owned())));
        assert_eq!(text(Field::PointKind, "发电上网"), Ok(Some("feed_in".to_owned())));
        assert!(matches!(
            text(Field::PointKind, "水表"),
            Err(Problem::NotAChoice { .. })
        ));
        assert_eq!(text(Field::PhaseWire, "3"), Ok(None));
    }
}
