//! OBIS codes: spelling, units, labels.

use jicha_domain::Language;
use jicha_domain::obis::{Obis, Tariff, TariffOrder};
use jicha_domain::register::Unit;
use proptest::prelude::*;

#[test]
fn short_and_full_spellings_name_the_same_register() {
    for text in ["1.8.0", "1-0:1.8.0", "1-0:1.8.0*255"] {
        assert_eq!(text.parse(), Ok(Obis::FORWARD_TOTAL), "{text}");
    }
    assert_eq!(Obis::FORWARD_TOTAL.to_string(), "1-0:1.8.0*255");
}

#[test]
fn what_is_no_code_is_refused() {
    for text in [
        "",
        "1.8",
        "1.8.0.0",
        "1-0:1.8.0*256",
        "1:1.8.0",
        "a.b.c",
        "+1.8.0",
        "1.8. 0",
        "-1.8.0",
    ] {
        assert!(text.parse::<Obis>().is_err(), "{text}");
    }
}

#[test]
fn units_follow_from_the_code() {
    let check = |text: &str, unit| assert_eq!(text.parse::<Obis>().unwrap().unit(), unit, "{text}");

    check("1.8.0", Some(Unit::Kwh));
    check("2.8.4", Some(Unit::Kwh));
    check("3.8.0", Some(Unit::Kvarh));
    check("8.8.0", Some(Unit::Kvarh));
    check("1.6.0", Some(Unit::Kw));
    check("32.7.0", Some(Unit::Volt));
    check("71.7.0", Some(Unit::Ampere));
    check("0-0:96.1.0", None);
}

#[test]
fn labels_name_the_price_period_by_the_order_in_use() {
    let usual = TariffOrder::default();
    let other = TariffOrder::new(vec![Tariff::Peak, Tariff::Valley]);

    assert_eq!(Obis::FORWARD_TOTAL.label(Language::Zh, &usual), "正向有功 总");
    assert_eq!(Obis::FORWARD_RATE_2.label(Language::Zh, &usual), "正向有功 峰");
    assert_eq!(
        Obis::FORWARD_RATE_2.label(Language::En, &other),
        "Forward active, valley"
    );
    assert_eq!(Obis::FORWARD_RATE_4.label(Language::Zh, &other), "正向有功 费率4");
    assert_eq!(usual.rate(Tariff::Valley), Some(4));
    assert_eq!(usual.tariff(0), None, "rate 0 is the total and no period");
}

proptest! {
    #[test]
    fn every_code_round_trips(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) {
        let obis = Obis { a, b, c, d, e, f };
        prop_assert_eq!(obis.to_string().parse::<Obis>().unwrap(), obis);
    }
}
