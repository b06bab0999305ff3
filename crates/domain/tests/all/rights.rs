//! Who may do what, where.

use std::collections::BTreeSet;

use jicha_domain::rights::{Act, Grant, RIGHTS, Role, Subject, may, role_may, units_for};

use crate::build::unit;
use crate::org_trees::qujing;

fn grant(role: Role, code: &str) -> Grant {
    Grant {
        role,
        unit: unit(code),
    }
}

#[test]
fn the_table_has_no_row_twice_and_whoever_writes_may_read() {
    let rows: BTreeSet<_> = RIGHTS.iter().collect();

    assert_eq!(rows.len(), RIGHTS.len());
    for (role, act, subject) in RIGHTS {
        assert!(
            *act == Act::Read || role_may(*role, Act::Read, *subject),
            "{role} writes {subject} blindly"
        );
    }
}

#[test]
fn an_auditor_reads_everything_and_writes_nothing() {
    for subject in Subject::ALL {
        assert!(role_may(Role::Auditor, Act::Read, *subject), "{subject}");
        assert!(!role_may(Role::Auditor, Act::Write, *subject), "{subject}");
    }
}

#[test]
fn each_kind_of_document_is_written_by_one_party() {
    let writers = |subject| {
        Role::ALL
            .iter()
            .copied()
            .filter(move |role| role_may(*role, Act::Write, subject))
    };

    assert!(writers(Subject::Inspection).eq([Role::Inspector]));
    assert!(writers(Subject::Review).eq([Role::Supervisor]));
    assert!(writers(Subject::Task).eq([Role::Planner]));
    assert!(writers(Subject::Ledger).eq([Role::Planner]));
    assert!(writers(Subject::Notice).eq([Role::Supervisor, Role::Rectifier]));
    assert!(writers(Subject::People).eq([Role::Administrator]));
}

#[test]
fn a_grant_holds_in_its_unit_and_below_and_nowhere_else() {
    let (tree, grants) = (qujing(), [grant(Role::Inspector, "LP")]);
    let may_write = |code: &str| may(&grants, &tree, Act::Write, Subject::Inspection, &unit(code));

    assert!(may_write("LP"));
    assert!(may_write("LP1A"));
    assert!(!may_write("SZ"));
    assert!(!may_write("QJ"));
    assert!(!may_write("XX"));
    assert!(!may(&grants, &tree, Act::Write, Subject::Review, &unit("LP")));
}

#[test]
fn an_administrator_sees_no_evidence() {
    let (tree, grants) = (qujing(), [grant(Role::Administrator, "QJ")]);

    assert!(may(&grants, &tree, Act::Write, Subject::Devices, &unit("LP")));
    for subject in [
        Subject::Inspection,
        Subject::Photo,
        Subject::Review,
        Subject::Ledger,
    ] {
        assert!(!may(&grants, &tree, Act::Read, subject, &unit("LP")), "{subject}");
    }
}

#[test]
fn units_below_another_granted_unit_are_left_out() {
    let tree = qujing();
    let grants = [
        grant(Role::Inspector, "LP1"),
        grant(Role::Inspector, "LP"),
        grant(Role::Planner, "SZ"),
        grant(Role::Inspector, "XX"),
    ];

    let inspections_written = units_for(&grants, &tree, Act::Write, Subject::Inspection);
    let inspections_read = units_for(&grants, &tree, Act::Read, Subject::Inspection);

    assert_eq!(inspections_written, BTreeSet::from([unit("LP")]));
    assert_eq!(inspections_read, BTreeSet::from([unit("LP"), unit("SZ")]));
    assert!(units_for(&grants, &tree, Act::Write, Subject::People).is_empty());
}
