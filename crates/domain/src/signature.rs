//! Signatures on site: who stood by the record, or refused to, and exactly what they had seen.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::PersonId;
use crate::word::word_enum;

word_enum! {
    /// In what capacity somebody signs. One signature each.
    pub enum SignatureRole {
        /// The inspector.
        Inspector => "inspector", "检查员", "Inspector";
        /// The second inspector.
        SecondInspector => "second_inspector", "第二检查员", "Second inspector";
        /// The audited unit's contact.
        UnitContact => "unit_contact", "被查单位联系人", "Contact of the unit";
        /// The customer.
        Customer => "customer", "用户", "Customer";
    }
}

/// A signature, or the refusal of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The name of whoever signed.
    pub name: String,
    /// Their account, where they have one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub person: Option<PersonId>,
    /// When.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub signed_at: Timestamp,
    /// Why they refused; then this is a record of the refusal.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refused_because: Option<String>,
    /// The document's newest changes (hexadecimal hashes) that were on the screen when they signed: what came later is
    /// not covered.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub covers_heads: Vec<String>,
    /// The strokes of the pen as the data of an SVG path, at most [`Signature::STROKE_BYTES_MAX`] bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stroke_svg: Option<String>,
}

/// Strokes that are not the data of an SVG path, or too many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StrokeError {
    /// Longer than is kept.
    #[error("the strokes of a signature have {size_bytes} bytes, more than the {max} that are kept", max = Signature::STROKE_BYTES_MAX)]
    TooLong {
        /// How long they are.
        size_bytes: usize,
    },
    /// Something that path data does not contain.
    #[error("the strokes of a signature contain {found:?}, which SVG path data does not")]
    NotAPath {
        /// The first offending character.
        found: char,
    },
}

impl Signature {
    /// The most bytes of strokes that are kept.
    pub const STROKE_BYTES_MAX: usize = 16_384;

    /// Whether somebody signed, rather than refused.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.refused_because.is_none()
    }

    /// Checks strokes before they are kept. Only the letters and marks of path data pass, so that they can be put into
    /// a page without any danger.
    pub fn check_strokes(path: &str) -> Result<(), StrokeError> {
        if path.len() > Self::STROKE_BYTES_MAX {
            return Err(StrokeError::TooLong {
                size_bytes: path.len(),
            });
        }
        let foreign = |c: &char| {
            !(c.is_ascii_digit()
                || matches!(
                    c,
                    ' ' | ',' | '.' | '-' | 'M' | 'm' | 'L' | 'l' | 'Q' | 'q' | 'C' | 'c' | 'Z' | 'z'
                ))
        };
        path.chars()
            .find(foreign)
            .map_or(Ok(()), |found| Err(StrokeError::NotAPath { found }))
    }
}
