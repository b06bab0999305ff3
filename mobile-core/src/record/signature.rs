//! Signatures on site.

use std::time::SystemTime;

use jicha_domain::signature::Signature;

use super::{instant, texts};
use crate::JichaException;
use crate::input::bad_input;
use crate::words::mirrored_words;

mirrored_words! {
    /// In what capacity somebody signs. One signature each.
    SignatureRole = jicha_domain::signature::SignatureRole {
        /// The inspector.
        Inspector,
        /// The second inspector.
        SecondInspector,
        /// The audited unit's contact.
        UnitContact,
        /// The customer.
        Customer,
    }
}

/// A signature, or the refusal of one.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct SignatureRecord {
    /// In what capacity.
    pub role: SignatureRole,
    /// The name of whoever signed.
    pub name: String,
    /// The id of their account, where they have one.
    pub person: Option<String>,
    /// When.
    pub signed_at: SystemTime,
    /// Why they refused; then this is a record of the refusal.
    pub refused_because: Option<String>,
    /// The document's newest changes that were on the screen when they signed.
    pub covers_heads: Vec<String>,
    /// The strokes of the pen as the data of an SVG path.
    pub stroke_svg: Option<String>,
}

impl From<(jicha_domain::signature::SignatureRole, Signature)> for SignatureRecord {
    fn from((role, signature): (jicha_domain::signature::SignatureRole, Signature)) -> Self {
        Self {
            role: role.into(),
            name: signature.name,
            person: texts(signature.person),
            signed_at: instant(signature.signed_at),
            refused_because: signature.refused_because,
            covers_heads: signature.covers_heads,
            stroke_svg: signature.stroke_svg,
        }
    }
}

/// The strokes of a pen, if they are the data of an SVG path and not too many.
pub(crate) fn checked_strokes(stroke_svg: Option<String>) -> Result<Option<String>, JichaException> {
    if let Some(path) = &stroke_svg {
        Signature::check_strokes(path).map_err(|error| bad_input("stroke_svg", error, path))?;
    }
    Ok(stroke_svg)
}
