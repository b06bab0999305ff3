//! Positions and the shift of Chinese maps.

use jicha_domain::position::{PositionGcj02, PositionWgs84};
use proptest::prelude::*;

fn place(latitude_deg: f64, longitude_deg: f64) -> PositionWgs84 {
    PositionWgs84::new(latitude_deg, longitude_deg).unwrap()
}

/// By how many metres a place is drawn off on a Chinese map.
fn offset_m(place: &PositionWgs84) -> f64 {
    let drawn = place.to_gcj02();
    place.distance_m(&PositionWgs84::new(drawn.latitude_deg, drawn.longitude_deg).unwrap())
}

#[test]
fn around_qujing_the_shift_is_391_to_393_metres() {
    for (name, latitude_deg, longitude_deg) in [
        ("曲靖", 25.4900, 103.7963),
        ("师宗", 24.8268, 103.9917),
        ("罗平", 24.8846, 104.3086),
    ] {
        let offset_m = offset_m(&place(latitude_deg, longitude_deg));
        assert!((390.0..394.5).contains(&offset_m), "{name}: {offset_m} m");
    }
}

#[test]
fn the_shift_agrees_with_published_pairs() {
    for (wgs84, gcj02) in [
        (
            (31.177_427_6, 121.527_210_6),
            (31.175_303_983_6, 121.531_541_859_2),
        ),
        ((22.543_847, 113.912_316), (22.540_796_131_7, 113.917_176_480_8)),
        ((39.911_954, 116.377_817), (39.913_345_455_4, 116.384_047_224_6)),
    ] {
        let drawn = place(wgs84.0, wgs84.1).to_gcj02();
        assert!(
            (drawn.latitude_deg - gcj02.0).abs() < 1e-6,
            "{wgs84:?}: {drawn:?}"
        );
        assert!(
            (drawn.longitude_deg - gcj02.1).abs() < 1e-6,
            "{wgs84:?}: {drawn:?}"
        );
    }
}

#[test]
fn outside_china_nothing_is_shifted() {
    assert!(offset_m(&place(53.6413, 11.4097)) < 1e-9);
}

#[test]
fn a_place_off_the_earth_is_refused_also_from_a_file() {
    assert!(PositionWgs84::new(90.1, 0.0).is_err());
    assert!(PositionWgs84::new(0.0, f64::NAN).is_err());
    assert!(
        serde_json::from_str::<PositionWgs84>(r#"{"latitude_deg": 25.0, "longitude_deg": 181.0}"#).is_err()
    );
}

#[test]
fn a_degree_of_latitude_is_111_kilometres() {
    let distance_m = place(25.0, 104.0).distance_m(&place(26.0, 104.0));
    assert!((111_100.0..111_300.0).contains(&distance_m), "{distance_m}");
}

proptest! {
    #[test]
    fn the_way_back_from_the_map_is_exact_to_a_tenth_of_a_metre(latitude in 18.0f64..53.0, longitude in 74.0f64..134.0) {
        let true_place = place(latitude, longitude);
        let back = true_place.to_gcj02().to_wgs84().unwrap();
        prop_assert!(true_place.distance_m(&back) < 0.1);
    }

    #[test]
    fn no_map_point_makes_the_way_back_panic(latitude_deg: f64, longitude_deg: f64) {
        let _ = PositionGcj02 { latitude_deg, longitude_deg }.to_wgs84();
    }

    #[test]
    fn a_position_survives_being_stored(latitude in -90.0f64..=90.0, longitude in -180.0f64..=180.0) {
        let stored = place(latitude, longitude);
        let json = serde_json::to_string(&stored).unwrap();
        prop_assert_eq!(serde_json::from_str::<PositionWgs84>(&json).unwrap(), stored);
    }
}
