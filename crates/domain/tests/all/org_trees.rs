//! The organisation is a tree, and says so when it is not.

use jicha_domain::org::{OrgTree, OrgTreeError, OrgUnit, OrgUnitKind};

use crate::build::unit;

pub fn org_unit(code: &str, parent: Option<&str>) -> OrgUnit {
    OrgUnit {
        code: unit(code),
        name: format!("单位{code}"),
        kind: OrgUnitKind::Station,
        parent: parent.map(unit),
    }
}

/// Bureau QJ over the counties LP (with station LP1 and area LP1A) and SZ.
pub fn qujing() -> OrgTree {
    OrgTree::build([
        org_unit("LP1A", Some("LP1")),
        org_unit("LP1", Some("LP")),
        org_unit("LP", Some("QJ")),
        org_unit("SZ", Some("QJ")),
        org_unit("QJ", None),
    ])
    .unwrap()
}

#[test]
fn a_unit_contains_itself_and_what_is_below_it() {
    let tree = qujing();

    assert!(tree.contains(&unit("LP"), &unit("LP")));
    assert!(tree.contains(&unit("QJ"), &unit("LP1A")));
    assert!(!tree.contains(&unit("LP1A"), &unit("QJ")));
    assert!(!tree.contains(&unit("SZ"), &unit("LP1")));
    assert!(
        !tree.contains(&unit("XX"), &unit("XX")),
        "an unknown unit contains nothing, not even itself"
    );
}

#[test]
fn a_path_leads_from_the_root_down() {
    let tree = qujing();
    let path: Vec<&str> = tree
        .path(&unit("LP1A"))
        .into_iter()
        .map(|unit| unit.code.as_str())
        .collect();

    assert_eq!(path, ["QJ", "LP", "LP1", "LP1A"]);
    assert!(tree.path(&unit("XX")).is_empty());
    assert_eq!(tree.subtree(&unit("LP")).count(), 3);
}

#[test]
fn a_circle_is_refused_and_named() {
    let error = OrgTree::build([
        org_unit("A", Some("C")),
        org_unit("B", Some("A")),
        org_unit("C", Some("B")),
        org_unit("D", Some("A")),
    ])
    .unwrap_err();

    assert!(
        matches!(&error, OrgTreeError::Cycle { circle } if circle.len() == 4),
        "{error}"
    );
    assert!(matches!(
        OrgTree::build([org_unit("A", Some("A"))]),
        Err(OrgTreeError::Cycle { .. })
    ));
}

#[test]
fn a_missing_parent_and_a_double_code_are_refused() {
    let missing = OrgTree::build([org_unit("A", Some("B"))]).unwrap_err();
    let double = OrgTree::build([org_unit("A", None), org_unit("A", None)]).unwrap_err();

    assert_eq!(
        missing,
        OrgTreeError::MissingParent {
            code: unit("A"),
            parent: unit("B")
        }
    );
    assert!(matches!(double, OrgTreeError::DuplicateCode { code, .. } if code == unit("A")));
}
