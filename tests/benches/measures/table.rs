//! The table that is printed at the end: what was measured, beside what, and whether the bound is kept.

/// How a measure stands against its bound.
enum Standing {
    /// Its bound, and whether it is kept.
    Bound(&'static str, bool),
    /// Measured for information only.
    Informational,
}

struct Row {
    measure: String,
    value: String,
    beside: String,
    ratio: Option<f64>,
    standing: Standing,
}

/// The rows in the order in which they were measured.
#[derive(Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// A measure with a ratio that must not be above `max`.
    pub fn ratio_at_most(
        &mut self,
        measure: &str,
        value: String,
        beside: String,
        ratio: f64,
        bound: (f64, &'static str),
    ) {
        let standing = Standing::Bound(bound.1, ratio <= bound.0);
        self.push(measure, value, beside, Some(ratio), standing);
    }

    /// A measure with a ratio that must not be below `min`.
    pub fn ratio_at_least(
        &mut self,
        measure: &str,
        value: String,
        beside: String,
        ratio: f64,
        bound: (f64, &'static str),
    ) {
        let standing = Standing::Bound(bound.1, ratio >= bound.0);
        self.push(measure, value, beside, Some(ratio), standing);
    }

    /// A measure with a bound that is no ratio.
    pub fn kept(&mut self, measure: &str, value: String, bound: &'static str, kept: bool) {
        self.push(measure, value, String::new(), None, Standing::Bound(bound, kept));
    }

    /// A measure without a bound.
    pub fn note(&mut self, measure: &str, value: String, beside: String, ratio: Option<f64>) {
        self.push(measure, value, beside, ratio, Standing::Informational);
    }

    fn push(&mut self, measure: &str, value: String, beside: String, ratio: Option<f64>, standing: Standing) {
        let row = Row {
            measure: measure.to_owned(),
            value,
            beside,
            ratio,
            standing,
        };
        eprintln!("{}", line(&row));
        self.0.push(row);
    }

    /// Prints everything as a table in Markdown.
    pub fn print(&self) {
        println!("| measure | value | beside it, in the same run | ratio | bound | |");
        println!("|---|---|---|---|---|---|");
        self.0.iter().for_each(|row| println!("{}", line(row)));
    }
}

fn line(row: &Row) -> String {
    let Row {
        measure,
        value,
        beside,
        ratio,
        standing,
    } = row;
    let ratio = ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
    let (bound, verdict) = match standing {
        Standing::Bound(bound, true) => (*bound, "met"),
        Standing::Bound(bound, false) => (*bound, "**not met**"),
        Standing::Informational => ("", ""),
    };
    format!("| {measure} | {value} | {beside} | {ratio} | {bound} | {verdict} |")
}

/// A number of bytes with commas between the thousands.
pub fn bytes(count: u64) -> String {
    format!("{} B", count_of(count))
}

/// A number with commas between the thousands.
pub fn count_of(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time in milliseconds.
pub fn ms(time: std::time::Duration) -> String {
    let ms = time.as_secs_f64() * 1e3;
    if ms < 10.0 {
        format!("{ms:.2} ms")
    } else {
        format!("{ms:.0} ms")
    }
}
