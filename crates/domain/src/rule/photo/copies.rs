//! Whether a photo was seen before: the very file, or one that looks like it.

use rust_decimal::Decimal;

use super::super::{Figure, FigureName, Outcome, Place, RuleId, Verdict};
use super::PhotoContext;
use crate::id::PhotoHash;
use crate::limits::PhotoLimits;

/// Where a photo was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierUse {
    /// The metering point, as people call it.
    pub point_name: String,
}

/// A photo that looks like the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookalike {
    /// The other photo.
    pub hash: PhotoHash,
    /// In how many of the 64 bits their perceptual hashes differ.
    pub distance: u32,
    /// The metering point at which it was used.
    pub point_name: String,
}

/// A file that is used a second time proves nothing the second time. One that only looks alike may be innocent: boxes of
/// one maker on one wall.
pub(super) fn check(place: &Place, context: &PhotoContext<'_>, limits: &PhotoLimits) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    if let Some(earlier) = &context.used_before {
        verdicts.push(
            Verdict::new(RuleId::PHOTO_USED_BEFORE, Outcome::Violated, place.clone())
                .with(Figure::text(FigureName::Detail, earlier.point_name.clone())),
        );
    }
    if let Some(other) = &context.looks_like
        && other.distance <= limits.alike_bits_max
    {
        verdicts.push(
            Verdict::new(RuleId::PHOTO_LOOKS_LIKE_ANOTHER, Outcome::Doubtful, place.clone())
                .with(Figure::plain(FigureName::Value, Decimal::from(other.distance)))
                .with(Figure::plain(
                    FigureName::Limit,
                    Decimal::from(limits.alike_bits_max),
                ))
                .with(Figure::text(FigureName::Detail, other.point_name.clone())),
        );
    }
    verdicts
}
