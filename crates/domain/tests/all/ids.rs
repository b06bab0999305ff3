//! Ids keep what they were given, refuse what they can't be, and read back from a file only what they wrote.

use jicha_domain::error_test::TestPointNo;
use jicha_domain::id::{AssetNo, CustomerNo, InspectionId, MeteringPointNo, OrgUnitCode, PhotoHash};
use jicha_domain::register::RegisterSlot;
use jicha_domain::rule::{Place, RuleId};
use jicha_domain::seal::{SealKey, SealNumber};
use proptest::prelude::*;

#[test]
fn leading_zeros_of_numbers_are_kept() {
    let asset_no: AssetNo = serde_json::from_str("\"0000123\"").unwrap();

    assert_eq!(asset_no.as_str(), "0000123");
    assert_eq!(serde_json::to_string(&asset_no).unwrap(), "\"0000123\"");
}

#[test]
fn a_wrong_asset_number_says_what_was_expected() {
    for wrong in ["", "12 34", "abc", "１２３", &"9".repeat(33)] {
        let error = AssetNo::new(wrong).unwrap_err();

        assert_eq!(error.kind, "AssetNo");
        assert!(
            error.to_string().contains("digits 0-9 and capitals A-Z"),
            "{error}"
        );
    }
}

#[test]
fn reading_an_id_from_a_file_checks_it_too() {
    assert!(serde_json::from_str::<AssetNo>("\"no good\"").is_err());
    assert!(serde_json::from_str::<OrgUnitCode>("\"\"").is_err());
    assert!(serde_json::from_str::<InspectionId>("\"not-a-uuid\"").is_err());
    assert!(serde_json::from_str::<SealNumber>("\" 1\"").is_err());
    assert!(
        serde_json::from_str::<CustomerNo>("123").is_err(),
        "a number is not a customer number: it lost its zeros"
    );
}

#[test]
fn a_very_long_wrong_text_is_cut_in_the_message() {
    let error = MeteringPointNo::new("号".repeat(10_000)).unwrap_err();

    assert!(error.to_string().chars().count() < 200, "{error}");
}

#[test]
fn a_photo_hash_has_one_spelling_only() {
    let hash = PhotoHash::new([0xab; 32]);

    assert_eq!(hash.to_string().parse(), Ok(hash));
    assert!(hash.to_string().to_uppercase().parse::<PhotoHash>().is_err());
    assert!(hash.to_string()[2..].parse::<PhotoHash>().is_err());
    assert!("é".repeat(32).parse::<PhotoHash>().is_err());
}

#[test]
fn keys_have_one_spelling_only() {
    for wrong in [
        "1-0:1.8.0*255/0",
        "1-0:1.8.0*255/01",
        "1-0:1.8.0*255/+1",
        "1-0:1.8.0*255",
        "1-0:1.8.0*255/256",
    ] {
        assert!(wrong.parse::<RegisterSlot>().is_err(), "{wrong}");
    }
    assert!("terminal_cover/00".parse::<SealKey>().is_err());
    assert!("roof/1".parse::<SealKey>().is_err());
    assert!("0".parse::<TestPointNo>().is_err());
    assert_eq!(
        "terminal_cover/1".parse::<SealKey>().unwrap().to_string(),
        "terminal_cover/1"
    );
}

#[test]
fn places_round_trip_and_unknown_ones_are_refused() {
    let hash = "00".repeat(32);
    for text in [
        "inspection",
        "nameplate",
        "wiring",
        "clock",
        "register:1-0:1.8.0*255/2",
        "seal:box_door/1",
        "phase:l2",
        "error_test:3",
        "item:JL-R-05",
        "signature:customer",
    ] {
        assert_eq!(text.parse::<Place>().unwrap().to_string(), text);
    }
    assert_eq!(
        format!("photo:{hash}").parse::<Place>().unwrap().to_string(),
        format!("photo:{hash}")
    );
    assert!("roof".parse::<Place>().is_err());
    assert!("register:".parse::<Place>().is_err());
}

#[test]
fn a_rule_of_a_newer_version_keeps_its_name() {
    let rule: RuleId = serde_json::from_str("\"reading_of_tomorrow\"").unwrap();

    assert_eq!(serde_json::to_string(&rule).unwrap(), "\"reading_of_tomorrow\"");
    assert!(!RuleId::KNOWN.contains(&rule));
    assert!(RuleId::new("Two Words").is_err());
}

proptest! {
    #[test]
    fn every_accepted_number_is_kept_unchanged(text in "[0-9A-Z]{1,32}") {
        let asset_no = AssetNo::new(text.as_str()).unwrap();
        let json = serde_json::to_string(&asset_no).unwrap();
        prop_assert_eq!(asset_no.as_str(), &text);
        prop_assert_eq!(serde_json::from_str::<AssetNo>(&json).unwrap(), asset_no);
    }

    #[test]
    fn every_photo_hash_round_trips(bytes: [u8; 32]) {
        let hash = PhotoHash::new(bytes);
        prop_assert_eq!(hash.to_string().parse::<PhotoHash>().unwrap(), hash);
    }

    #[test]
    fn no_text_makes_parsing_panic(text in ".{0,80}") {
        let _ = text.parse::<Place>();
        let _ = text.parse::<RegisterSlot>();
        let _ = text.parse::<PhotoHash>();
        let _ = text.parse::<SealKey>();
        let _ = text.parse::<jicha_domain::meter::Multiplier>();
        let _ = text.parse::<jicha_domain::meter::Ratio>();
        let _ = text.parse::<jicha_domain::checklist::ChecklistRef>();
        let _ = jicha_domain::meter::CurrentRating::from_plate(&text, jicha_domain::meter::Connection::Direct);
    }
}
