//! What a photo is doubted for.

use jicha_domain::Language;
use jicha_domain::photo::{PhotoQuality, PhotoRef, PhotoSubject};
use jicha_domain::position::PositionWgs84;
use jicha_domain::rule::photo::{ClockSample, EarlierUse, Lookalike, PhotoContext, check};
use jicha_domain::rule::{FigureName, Outcome, RuleId, Verdict};

use crate::build::{at, photo_hash, tables};

const GOOD: PhotoQuality = PhotoQuality {
    sharpness: 400.0,
    mean_luma: 110.0,
    dark_share: 0.1,
    clipped_share: 0.01,
};

fn photo() -> PhotoRef {
    PhotoRef {
        taken_at: Some(at("2014-06-13T01:40:00Z")),
        quality: Some(GOOD),
        ..PhotoRef::new(
            "image/jpeg",
            3_000_000,
            PhotoSubject::Seal,
            at("2014-06-13T01:41:00Z"),
        )
    }
}

fn judged(photo: &PhotoRef, context: &PhotoContext<'_>, rule: &RuleId) -> Option<Verdict> {
    let verdicts = check(photo_hash(1), photo, context, &tables());
    assert!(verdicts.iter().all(|verdict| verdict.basis.is_some()));
    verdicts.into_iter().find(|verdict| verdict.rule == *rule)
}

fn outcome(photo: &PhotoRef, context: &PhotoContext<'_>, rule: &RuleId) -> Option<Outcome> {
    judged(photo, context, rule).map(|verdict| verdict.outcome)
}

#[test]
fn a_picture_without_edges_light_or_contrast_is_doubted_with_its_numbers() {
    let context = PhotoContext::default();
    let with = |quality: PhotoQuality| PhotoRef {
        quality: Some(quality),
        ..photo()
    };
    for rule in [RuleId::PHOTO_BLURRED, RuleId::PHOTO_TOO_DARK, RuleId::PHOTO_GLARE] {
        assert_eq!(outcome(&photo(), &context, &rule), Some(Outcome::Ok), "{rule}");
    }
    let blurred = with(PhotoQuality {
        sharpness: 12.34,
        ..GOOD
    });
    let verdict = judged(&blurred, &context, &RuleId::PHOTO_BLURRED).unwrap();
    assert_eq!(verdict.outcome, Outcome::Doubtful);
    assert_eq!(
        verdict.explain(Language::Zh),
        "照片模糊：清晰度 12.3，低于 30；请对焦后重拍。"
    );
    let dark = with(PhotoQuality {
        mean_luma: 11.0,
        dark_share: 0.9,
        ..GOOD
    });
    let verdict = judged(&dark, &context, &RuleId::PHOTO_TOO_DARK).unwrap();
    assert!(
        verdict.explain(Language::En).contains("mean brightness of 11"),
        "{verdict:?}"
    );
    let lamp = with(PhotoQuality {
        dark_share: 0.83,
        ..GOOD
    });
    let verdict = judged(&lamp, &context, &RuleId::PHOTO_TOO_DARK).unwrap();
    assert!(
        verdict
            .explain(Language::En)
            .contains("83% of it is nearly black"),
        "{verdict:?}"
    );
    let glare = with(PhotoQuality {
        clipped_share: 0.31,
        ..GOOD
    });
    let verdict = judged(&glare, &context, &RuleId::PHOTO_GLARE).unwrap();
    assert!(
        verdict.explain(Language::Zh).contains("31% 的画面过亮"),
        "{verdict:?}"
    );
}

#[test]
fn a_photo_that_could_not_be_decoded_is_not_judged_by_its_picture() {
    let undecoded = PhotoRef {
        quality: None,
        ..photo()
    };
    assert_eq!(
        outcome(&undecoded, &PhotoContext::default(), &RuleId::PHOTO_BLURRED),
        None
    );
}

#[test]
fn a_file_used_before_is_a_violation_and_a_likeness_a_doubt() {
    let like = |distance| PhotoContext {
        looks_like: Some(Lookalike {
            hash: photo_hash(2),
            distance,
            point_name: "板桥 2 号".to_owned(),
        }),
        ..PhotoContext::default()
    };
    let rule = RuleId::PHOTO_LOOKS_LIKE_ANOTHER;
    assert_eq!(outcome(&photo(), &like(6), &rule), Some(Outcome::Doubtful));
    assert_eq!(outcome(&photo(), &like(7), &rule), None);
    let used = PhotoContext {
        used_before: Some(EarlierUse {
            point_name: "板桥 2 号".to_owned(),
        }),
        ..PhotoContext::default()
    };
    let verdict = judged(&photo(), &used, &RuleId::PHOTO_USED_BEFORE).unwrap();
    assert_eq!(verdict.outcome, Outcome::Violated);
    assert!(verdict.explain(Language::Zh).contains("板桥 2 号"), "{verdict:?}");
}

#[test]
fn the_further_of_camera_and_device_counts_beyond_the_claimed_accuracy() {
    let point = PositionWgs84::new(24.8846, 104.3086).unwrap();
    let context = PhotoContext {
        point: Some(&point),
        ..PhotoContext::default()
    };
    // A thousandth of a degree of latitude is 111 m.
    let north = |thousandths: f64| PositionWgs84::new(24.8846 + thousandths / 1000.0, 104.3086).unwrap();
    let taken = |camera: f64, device: PositionWgs84| PhotoRef {
        position: Some(north(camera)),
        device_position: Some(device),
        ..photo()
    };
    let rule = RuleId::PHOTO_FAR_FROM_POINT;
    assert_eq!(
        outcome(&taken(1.0, north(0.5)), &context, &rule),
        Some(Outcome::Ok)
    );
    let elsewhere = judged(&taken(9.0, north(0.0)), &context, &rule).unwrap();
    assert_eq!(elsewhere.outcome, Outcome::Doubtful);
    assert_eq!(
        elsewhere.figure(FigureName::Distance).unwrap().to_string(),
        "1001 m"
    );
    let mut vague = north(3.0);
    vague.accuracy_m = Some(150.0);
    assert_eq!(
        outcome(&taken(0.0, vague.clone()), &context, &rule),
        Some(Outcome::Ok)
    );
    vague.mocked = true;
    let rule = RuleId::PHOTO_POSITION_MOCKED;
    assert_eq!(
        outcome(&taken(0.0, vague), &context, &rule),
        Some(Outcome::Doubtful)
    );
    assert_eq!(
        outcome(&taken(0.0, north(0.0)), &context, &rule),
        Some(Outcome::Ok)
    );
    assert_eq!(outcome(&photo(), &context, &rule), None);
}

#[test]
fn a_photo_from_before_the_visit_or_after_its_own_arrival_is_doubted() {
    let context = PhotoContext {
        visit_began_at: Some(at("2014-06-13T01:30:00Z")),
        ..PhotoContext::default()
    };
    let taken = |time: &str| PhotoRef {
        taken_at: Some(at(time)),
        ..photo()
    };
    let rule = RuleId::PHOTO_OUTSIDE_VISIT;
    // Ten minutes are allowed either way: cameras' clocks are not exact.
    for (time, expected) in [
        ("2014-06-13T01:19:59Z", Outcome::Doubtful),
        ("2014-06-13T01:20:00Z", Outcome::Ok),
        ("2014-06-13T01:51:00Z", Outcome::Ok),
        ("2014-06-13T01:51:01Z", Outcome::Doubtful),
    ] {
        assert_eq!(outcome(&taken(time), &context, &rule), Some(expected), "{time}");
    }
    let early = judged(&taken("2014-05-01T00:00:00Z"), &context, &rule).unwrap();
    assert!(
        early.explain(Language::En).contains("before the visit began"),
        "{early:?}"
    );
    let late = judged(&taken("2014-07-01T00:00:00Z"), &context, &rule).unwrap();
    assert!(
        late.explain(Language::En).contains("after it was attached"),
        "{late:?}"
    );
    let unknown = PhotoRef {
        taken_at: None,
        ..photo()
    };
    assert_eq!(outcome(&unknown, &context, &rule), None);
}

#[test]
fn a_clock_that_was_turned_shows_against_the_one_that_goes_on_evenly() {
    let before = |wall: &str, monotonic_ms| PhotoContext {
        clocks_before: Some(ClockSample {
            wall: at(wall),
            monotonic_ms,
        }),
        ..PhotoContext::default()
    };
    let now = PhotoRef {
        monotonic_ms: Some(10_000_000),
        ..photo()
    };
    let rule = RuleId::PHOTO_CLOCK_MOVED;
    // Ten minutes by both clocks.
    let even = before("2014-06-13T01:31:00Z", 9_400_000);
    assert_eq!(outcome(&now, &even, &rule), Some(Outcome::Ok));
    // Ten minutes by the monotonic clock, but an hour back by the wall clock.
    let back = judged(&now, &before("2014-06-13T02:31:00Z", 9_400_000), &rule).unwrap();
    assert_eq!(back.outcome, Outcome::Doubtful);
    assert_eq!(back.figure(FigureName::Deviation).unwrap().to_string(), "-3600 s");
    // The device was started in between: nothing can be said.
    assert_eq!(
        outcome(&now, &before("2014-06-12T01:31:00Z", 9_400_000), &rule),
        None
    );
    assert_eq!(
        outcome(&now, &before("2014-06-13T01:31:00Z", 10_400_000), &rule),
        None
    );
}
