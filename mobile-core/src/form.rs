//! The forms that come with the program.

use jicha_domain::checklist::Checklist;

use crate::input::parse;
use crate::{ChecklistRecord, JichaException};

/// The form that an inspection names, e.g. `JL-R@1`.
#[uniffi::export]
pub fn load_checklist(reference: String) -> Result<ChecklistRecord, JichaException> {
    let known = Checklist::built_in_by_ref(&parse("reference", &reference)?);
    known.map(Into::into).ok_or(JichaException::NotFound {
        what: "checklist".to_owned(),
        id: reference,
    })
}

/// All forms that come with this version.
#[uniffi::export]
pub fn list_checklists() -> Vec<ChecklistRecord> {
    Checklist::built_in().into_iter().map(Into::into).collect()
}
