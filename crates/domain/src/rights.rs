//! Who may do what, where: one table of roles, and grants that tie a role to a part of the organisation.
//!
//! There is deliberately no other place that decides this: server routes, document admission and the phone's menus all
//! ask [`may`] or [`units_for`].

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::OrgUnitCode;
use crate::org::OrgTree;
use crate::word::word_enum;

word_enum! {
    /// What a person is, within a part of the organisation. One person may hold several.
    pub enum Role {
        /// Goes out and inspects.
        Inspector => "inspector", "检查员", "Inspector";
        /// Reviews what came in.
        Supervisor => "supervisor", "审核员", "Supervisor";
        /// Imports the ledger and gives out work.
        Planner => "planner", "计划员", "Planner";
        /// Answers for the audited unit and puts right what was found.
        Rectifier => "rectifier", "整改责任人", "Rectifier";
        /// Reads everything and changes nothing.
        Auditor => "auditor", "审计员", "Auditor";
        /// Looks after people and devices.
        Administrator => "administrator", "管理员", "Administrator";
    }
}

word_enum! {
    /// What a right is about.
    pub enum Subject {
        /// Inspections with their readings, seals, answers and findings.
        Inspection => "inspection", "检查记录", "Inspection";
        /// Supervisors' judgements.
        Review => "review", "审核", "Review";
        /// Work packages.
        Task => "task", "任务", "Task";
        /// Rectification notices.
        Notice => "notice", "整改通知单", "Rectification notice";
        /// Photo bytes.
        Photo => "photo", "照片", "Photo";
        /// Units, metering points, meters, customers, monthly readings.
        Ledger => "ledger", "台账", "Ledger";
        /// Two values for one thing, and the act of settling them.
        Conflict => "conflict", "冲突", "Conflict";
        /// Changes that were not admitted.
        Quarantine => "quarantine", "隔离区", "Quarantine";
        /// Accounts and their grants.
        People => "people", "人员", "People";
        /// Enrolled devices.
        Devices => "devices", "设备", "Devices";
        /// Figures and bulletins.
        Statistics => "statistics", "统计", "Statistics";
    }
}

word_enum! {
    /// Reading or changing. Writing does not include reading: the table states both.
    pub enum Act {
        /// See it.
        Read => "read", "查看", "Read";
        /// Make or change it.
        Write => "write", "修改", "Write";
    }
}

/// The whole law. A right that is not a row here does not exist.
pub const RIGHTS: &[(Role, Act, Subject)] = &[
    // Inspector. Writes what was seen on site and the photos that prove it.
    (Role::Inspector, Act::Read, Subject::Inspection),
    (Role::Inspector, Act::Write, Subject::Inspection),
    (Role::Inspector, Act::Read, Subject::Photo),
    (Role::Inspector, Act::Write, Subject::Photo),
    // Needs the work package and the ledger facts in it, but does not decide what is to be inspected.
    (Role::Inspector, Act::Read, Subject::Task),
    (Role::Inspector, Act::Read, Subject::Ledger),
    // Must see a request for a retake, and nobody reviews his own record.
    (Role::Inspector, Act::Read, Subject::Review),
    // Two inspectors at one meter settle between them which dial was read right, while they still stand there.
    (Role::Inspector, Act::Read, Subject::Conflict),
    (Role::Inspector, Act::Write, Subject::Conflict),
    // Supervisor. Judges, so reads everything that was recorded, with the facts to compare it with.
    (Role::Supervisor, Act::Read, Subject::Inspection),
    (Role::Supervisor, Act::Read, Subject::Photo),
    (Role::Supervisor, Act::Read, Subject::Task),
    (Role::Supervisor, Act::Read, Subject::Ledger),
    (Role::Supervisor, Act::Read, Subject::Review),
    (Role::Supervisor, Act::Write, Subject::Review),
    // Settles conflicts that reach the desk; does not touch the inspection in any other way.
    (Role::Supervisor, Act::Read, Subject::Conflict),
    (Role::Supervisor, Act::Write, Subject::Conflict),
    // Follows rectification until closed; issues and closes notices from reviews.
    (Role::Supervisor, Act::Read, Subject::Notice),
    (Role::Supervisor, Act::Write, Subject::Notice),
    (Role::Supervisor, Act::Read, Subject::Statistics),
    // Planner. Owns the ledger and the work packages, and watches the loop close without changing evidence.
    (Role::Planner, Act::Read, Subject::Task),
    (Role::Planner, Act::Write, Subject::Task),
    (Role::Planner, Act::Read, Subject::Ledger),
    (Role::Planner, Act::Write, Subject::Ledger),
    (Role::Planner, Act::Read, Subject::Inspection),
    (Role::Planner, Act::Read, Subject::Photo),
    (Role::Planner, Act::Read, Subject::Review),
    (Role::Planner, Act::Read, Subject::Notice),
    (Role::Planner, Act::Read, Subject::Statistics),
    // Rectifier. Belongs to the audited unit: answers notices with proof (a photo), and sees what they rest on.
    (Role::Rectifier, Act::Read, Subject::Notice),
    (Role::Rectifier, Act::Write, Subject::Notice),
    (Role::Rectifier, Act::Read, Subject::Photo),
    (Role::Rectifier, Act::Write, Subject::Photo),
    (Role::Rectifier, Act::Read, Subject::Inspection),
    // Auditor. Reads everything, writes nothing: a witness who can change things is none.
    (Role::Auditor, Act::Read, Subject::Inspection),
    (Role::Auditor, Act::Read, Subject::Review),
    (Role::Auditor, Act::Read, Subject::Task),
    (Role::Auditor, Act::Read, Subject::Notice),
    (Role::Auditor, Act::Read, Subject::Photo),
    (Role::Auditor, Act::Read, Subject::Ledger),
    (Role::Auditor, Act::Read, Subject::Conflict),
    (Role::Auditor, Act::Read, Subject::Quarantine),
    (Role::Auditor, Act::Read, Subject::People),
    (Role::Auditor, Act::Read, Subject::Devices),
    (Role::Auditor, Act::Read, Subject::Statistics),
    // Administrator. Lets people and devices in and out, but sees no evidence and can forge none; reads the quarantine,
    // because a refused change is most often a device that was locked or a grant that is missing.
    (Role::Administrator, Act::Read, Subject::People),
    (Role::Administrator, Act::Write, Subject::People),
    (Role::Administrator, Act::Read, Subject::Devices),
    (Role::Administrator, Act::Write, Subject::Devices),
    (Role::Administrator, Act::Read, Subject::Quarantine),
];

/// A role, held within one unit and everything below it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The top of the part of the organisation where it holds.
    pub unit: OrgUnitCode,
}

/// Whether a role has a right at all, wherever that may be.
#[must_use]
pub fn role_may(role: Role, act: Act, subject: Subject) -> bool {
    RIGHTS.contains(&(role, act, subject))
}

/// Whether somebody with these grants may act on the subject in this unit. False for a unit that the tree does not know.
#[must_use]
pub fn may(grants: &[Grant], tree: &OrgTree, act: Act, subject: Subject, unit: &OrgUnitCode) -> bool {
    grants
        .iter()
        .any(|grant| role_may(grant.role, act, subject) && tree.contains(&grant.unit, unit))
}

/// The tops of the parts of the organisation in which somebody may act on the subject. A unit below another of the set
/// is left out, and so is a unit that the tree does not know.
#[must_use]
pub fn units_for(grants: &[Grant], tree: &OrgTree, act: Act, subject: Subject) -> BTreeSet<OrgUnitCode> {
    let granted: BTreeSet<&OrgUnitCode> = grants
        .iter()
        .filter(|grant| role_may(grant.role, act, subject) && tree.get(&grant.unit).is_some())
        .map(|grant| &grant.unit)
        .collect();
    granted
        .iter()
        .filter(|unit| {
            !tree
                .upwards(unit)
                .skip(1)
                .any(|above| granted.contains(&above.code))
        })
        .map(|unit| (*unit).clone())
        .collect()
}
