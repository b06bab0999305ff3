//! The organisation: bureau, county companies, stations, feeders, transformer areas, as one tree.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::OrgUnitCode;
use crate::word::word_enum;

word_enum! {
    /// What an organisational unit is.
    pub enum OrgUnitKind {
        /// City bureau.
        Bureau => "bureau", "供电局", "Bureau";
        /// County company.
        County => "county", "县级供电公司", "County company";
        /// Branch of the bureau.
        Branch => "branch", "分局", "Branch";
        /// Centre, e.g. customer service centre or audit centre.
        Centre => "centre", "中心", "Centre";
        /// Power supply station.
        Station => "station", "供电所", "Station";
        /// Feeder.
        Line => "line", "线路", "Feeder";
        /// Transformer area.
        Area => "area", "台区", "Transformer area";
    }
}

/// One unit of the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgUnit {
    /// Its code in the marketing system.
    pub code: OrgUnitCode,
    /// Its name as people say it.
    pub name: String,
    /// What it is.
    pub kind: OrgUnitKind,
    /// The unit directly above, or none for a root.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<OrgUnitCode>,
}

/// Why a list of units is not a tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrgTreeError {
    /// Two units have one code.
    #[error("unit code {code} occurs twice ({first:?} and {second:?})")]
    DuplicateCode {
        /// The code.
        code: OrgUnitCode,
        /// Name of the first unit with it.
        first: String,
        /// Name of the second unit with it.
        second: String,
    },
    /// A unit names a parent that is not in the list.
    #[error("unit {code} names the parent {parent}, which does not exist")]
    MissingParent {
        /// The unit.
        code: OrgUnitCode,
        /// The parent that is missing.
        parent: OrgUnitCode,
    },
    /// Units are each other's ancestors.
    #[error("units lie above one another in a circle: {}", circle.iter().map(OrgUnitCode::as_str).collect::<Vec<_>>().join(" → "))]
    Cycle {
        /// The units of the circle, each followed by its parent.
        circle: Vec<OrgUnitCode>,
    },
}

/// All units, checked to be a tree (or several trees side by side).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct OrgTree {
    units: BTreeMap<OrgUnitCode, OrgUnit>,
}

impl OrgTree {
    /// Builds the tree, in any order of the units. The first fault found is returned.
    pub fn build(units: impl IntoIterator<Item = OrgUnit>) -> Result<Self, OrgTreeError> {
        let mut by_code: BTreeMap<OrgUnitCode, OrgUnit> = BTreeMap::new();
        for unit in units {
            if let Some(first) = by_code.get(&unit.code) {
                let (code, first) = (unit.code.clone(), first.name.clone());
                return Err(OrgTreeError::DuplicateCode {
                    code,
                    first,
                    second: unit.name,
                });
            }
            by_code.insert(unit.code.clone(), unit);
        }
        for unit in by_code.values() {
            if let Some(parent) = &unit.parent
                && !by_code.contains_key(parent)
            {
                return Err(OrgTreeError::MissingParent {
                    code: unit.code.clone(),
                    parent: parent.clone(),
                });
            }
        }
        let tree = Self { units: by_code };
        tree.refuse_cycles()?;
        Ok(tree)
    }

    /// Walks up from every unit; a unit that is met twice on one walk is in a circle. Units that a finished walk has
    /// passed need not be walked again, so the whole check is linear.
    fn refuse_cycles(&self) -> Result<(), OrgTreeError> {
        let mut known_good = std::collections::BTreeSet::new();
        for start in self.units.keys() {
            let mut walk: Vec<&OrgUnitCode> = Vec::new();
            let mut on_walk = std::collections::BTreeSet::new();
            let mut at = Some(start);
            while let Some(code) = at {
                if known_good.contains(code) {
                    break;
                }
                if !on_walk.insert(code) {
                    let begin = walk.iter().position(|seen| *seen == code).unwrap_or(0);
                    let mut circle: Vec<OrgUnitCode> = walk[begin..].iter().map(|c| (*c).clone()).collect();
                    circle.push(code.clone());
                    return Err(OrgTreeError::Cycle { circle });
                }
                walk.push(code);
                at = self.units.get(code).and_then(|unit| unit.parent.as_ref());
            }
            known_good.extend(walk);
        }
        Ok(())
    }

    /// The unit with this code.
    #[must_use]
    pub fn get(&self, code: &OrgUnitCode) -> Option<&OrgUnit> {
        self.units.get(code)
    }

    /// All units in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &OrgUnit> {
        self.units.values()
    }

    /// How many units there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there is no unit at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// The unit itself, then its parent, up to the root. Empty for an unknown code.
    pub fn upwards<'tree>(&'tree self, unit: &OrgUnitCode) -> impl Iterator<Item = &'tree OrgUnit> {
        std::iter::successors(self.units.get(unit), |unit| {
            unit.parent.as_ref().and_then(|parent| self.units.get(parent))
        })
    }

    /// From the root down to the unit itself. Empty for an unknown code.
    #[must_use]
    pub fn path(&self, unit: &OrgUnitCode) -> Vec<&OrgUnit> {
        let mut path: Vec<&OrgUnit> = self.upwards(unit).collect();
        path.reverse();
        path
    }

    /// Whether `unit` is `ancestor` itself or lies somewhere below it. False when either is unknown.
    #[must_use]
    pub fn contains(&self, ancestor: &OrgUnitCode, unit: &OrgUnitCode) -> bool {
        self.upwards(unit).any(|above| &above.code == ancestor)
    }

    /// The unit and everything below it, in the order of the codes.
    pub fn subtree<'tree>(&'tree self, root: &'tree OrgUnitCode) -> impl Iterator<Item = &'tree OrgUnit> {
        self.units
            .values()
            .filter(move |unit| self.contains(root, &unit.code))
    }
}
