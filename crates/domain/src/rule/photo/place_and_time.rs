//! Where and when a photo was taken, against where and when the inspection took place.

use jiff::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::super::place_distance::distance_and_limit;
use super::super::{Figure, FigureName, Outcome, Place, RuleId, Verdict};
use super::PhotoContext;
use crate::limits::PhotoLimits;
use crate::photo::PhotoRef;
use crate::register::Unit;
use crate::time::china_minute;

/// The two clocks of a device, looked at in one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSample {
    /// The wall clock, which anybody can turn.
    pub wall: Timestamp,
    /// Milliseconds since the device was started, which go on evenly.
    pub monotonic_ms: u64,
}

pub(super) fn check(
    place: &Place,
    photo: &PhotoRef,
    context: &PhotoContext<'_>,
    limits: &PhotoLimits,
) -> Vec<Verdict> {
    [
        far_from_point(place, photo, context, limits),
        position_mocked(place, photo),
        outside_visit(place, photo, context, limits),
        clock_moved(place, photo, context, limits),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The camera's position and the device's own, whichever is further off: a photo from elsewhere may be attached here.
fn far_from_point(
    place: &Place,
    photo: &PhotoRef,
    context: &PhotoContext<'_>,
    limits: &PhotoLimits,
) -> Option<Verdict> {
    let point = context.point?;
    let positions = [photo.device_position.as_ref(), photo.position.as_ref()];
    let (distance_m, limit_m) = positions
        .into_iter()
        .flatten()
        .filter_map(|taken| distance_and_limit(taken, point, limits.distance_m_max))
        .max_by_key(|(distance_m, limit_m)| distance_m - limit_m)?;
    let outcome = Outcome::doubtful_if(distance_m > limit_m);
    Some(
        Verdict::new(RuleId::PHOTO_FAR_FROM_POINT, outcome, place.clone())
            .with(Figure::number(FigureName::Distance, distance_m, Unit::Metre))
            .with(Figure::number(FigureName::Limit, limit_m, Unit::Metre)),
    )
}

/// The system itself says that a program made the position up.
fn position_mocked(place: &Place, photo: &PhotoRef) -> Option<Verdict> {
    let position = photo.device_position.as_ref()?;
    let outcome = Outcome::doubtful_if(position.mocked);
    Some(Verdict::new(
        RuleId::PHOTO_POSITION_MOCKED,
        outcome,
        place.clone(),
    ))
}

/// Taken before the visit began, or after it was attached, by the camera's clock. A camera without a clock is not judged.
fn outside_visit(
    place: &Place,
    photo: &PhotoRef,
    context: &PhotoContext<'_>,
    limits: &PhotoLimits,
) -> Option<Verdict> {
    let (taken, began) = (photo.taken_at?, context.visit_began_at?);
    let slack_s = limits
        .outside_visit_minutes_max
        .checked_mul(Decimal::from(60))?
        .to_i64()?;
    let early = began.as_second().saturating_sub(taken.as_second()) > slack_s;
    let late = taken.as_second().saturating_sub(photo.received_at.as_second()) > slack_s;
    let outcome = Outcome::doubtful_if(early || late);
    let bound = if late {
        Figure::text(FigureName::Expected, china_minute(photo.received_at))
    } else {
        Figure::text(FigureName::TimePrevious, china_minute(began))
    };
    Some(
        Verdict::new(RuleId::PHOTO_OUTSIDE_VISIT, outcome, place.clone())
            .with(Figure::text(FigureName::Time, china_minute(taken)))
            .with(bound),
    )
}

/// The wall clock went further, or less far, than the monotonic one since the last look: somebody turned it. Where the
/// device may have been started anew in between, the two can't be compared.
fn clock_moved(
    place: &Place,
    photo: &PhotoRef,
    context: &PhotoContext<'_>,
    limits: &PhotoLimits,
) -> Option<Verdict> {
    let (before, monotonic_ms) = (context.clocks_before?, photo.monotonic_ms?);
    let (now_ms, before_ms) = (photo.received_at.as_millisecond(), before.wall.as_millisecond());
    let started_at_ms = now_ms.saturating_sub(i64::try_from(monotonic_ms).ok()?);
    let passed_ms = i64::try_from(monotonic_ms.checked_sub(before.monotonic_ms)?).ok()?;
    // By the wall clock, the device started after the last look.
    if started_at_ms > before_ms {
        return None;
    }
    let moved_s = Decimal::from((now_ms - before_ms - passed_ms) / 1000);
    let outcome = Outcome::doubtful_if(moved_s.abs() > limits.clock_moved_s_max);
    Some(
        Verdict::new(RuleId::PHOTO_CLOCK_MOVED, outcome, place.clone())
            .with(Figure::number(FigureName::Deviation, moved_s, Unit::Second))
            .with(Figure::number(
                FigureName::Limit,
                limits.clock_moved_s_max,
                Unit::Second,
            )),
    )
}
