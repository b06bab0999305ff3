//! What the picture itself shows: blurred, too dark, burnt out.

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

use super::super::{Figure, FigureName, Outcome, Place, RuleId, Verdict};
use crate::limits::PhotoLimits;
use crate::photo::PhotoQuality;
use crate::register::Unit;

pub(super) fn check(place: &Place, quality: &PhotoQuality, limits: &PhotoLimits) -> Vec<Verdict> {
    [
        blurred(place, quality, limits),
        too_dark(place, quality, limits),
        glare(place, quality, limits),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// To one decimal: nothing finer is meant, and it keeps the answer equal on every machine.
fn rounded(value: f64) -> Option<Decimal> {
    Decimal::from_f64(value).map(|value| value.round_dp(1))
}

/// Few edges. A plain wall in focus has few as well, so it is doubted and not refused.
fn blurred(place: &Place, quality: &PhotoQuality, limits: &PhotoLimits) -> Option<Verdict> {
    let sharpness = rounded(quality.sharpness)?;
    let verdict = Verdict::new(
        RuleId::PHOTO_BLURRED,
        Outcome::doubtful_if(sharpness < limits.sharpness_min),
        place.clone(),
    );
    Some(
        verdict
            .with(Figure::plain(FigureName::Value, sharpness))
            .with(Figure::plain(FigureName::Limit, limits.sharpness_min)),
    )
}

/// Dark as a whole, or nearly black in most places with one lit spot.
fn too_dark(place: &Place, quality: &PhotoQuality, limits: &PhotoLimits) -> Option<Verdict> {
    let (mean, dark) = (rounded(quality.mean_luma)?, rounded(quality.dark_share * 100.0)?);
    let mean_is_low = mean < limits.mean_luma_min;
    let verdict = Verdict::new(
        RuleId::PHOTO_TOO_DARK,
        Outcome::doubtful_if(mean_is_low || dark > limits.dark_percent_max),
        place.clone(),
    );
    if !mean_is_low && dark > limits.dark_percent_max {
        return Some(
            verdict
                .with(Figure::number(FigureName::Share, dark, Unit::Percent))
                .with(Figure::number(
                    FigureName::Limit,
                    limits.dark_percent_max,
                    Unit::Percent,
                )),
        );
    }
    Some(
        verdict
            .with(Figure::plain(FigureName::Value, mean))
            .with(Figure::plain(FigureName::Limit, limits.mean_luma_min)),
    )
}

/// A lamp or the sun on the pane burns out what should be read.
fn glare(place: &Place, quality: &PhotoQuality, limits: &PhotoLimits) -> Option<Verdict> {
    let clipped = rounded(quality.clipped_share * 100.0)?;
    let verdict = Verdict::new(
        RuleId::PHOTO_GLARE,
        Outcome::doubtful_if(clipped > limits.clipped_percent_max),
        place.clone(),
    );
    Some(
        verdict
            .with(Figure::number(FigureName::Share, clipped, Unit::Percent))
            .with(Figure::number(
                FigureName::Limit,
                limits.clipped_percent_max,
                Unit::Percent,
            )),
    )
}
