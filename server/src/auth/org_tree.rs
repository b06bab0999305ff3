//! The organisation as a tree, for decisions that are made in Rust rather than in SQL.

use super::scope::ROOT_UNIT;
use crate::ledger;
use crate::problem::Problem;
use jicha_domain::id::OrgUnitCode;
use jicha_domain::org::OrgTree;
use rusqlite::Connection;

/// Loads every unit. What the ledger imported without a parent hangs below the topmost unit, as in [`super::Scope::SQL`].
pub fn load(sql: &Connection) -> Result<OrgTree, Problem> {
    let root = OrgUnitCode::new(ROOT_UNIT).map_err(Problem::internal)?;
    let mut units = ledger::list_org_units(sql)?;
    for unit in &mut units {
        if unit.parent.is_none() && unit.code != root {
            unit.parent = Some(root.clone());
        }
    }
    OrgTree::build(units).map_err(Problem::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imported_units_without_a_parent_lie_below_the_topmost() {
        let sql = Connection::open_in_memory().unwrap();
        sql.execute_batch(
            "CREATE TABLE org_unit (code TEXT, name TEXT, kind TEXT, parent_code TEXT);
             INSERT INTO org_unit VALUES ('ROOT', '供电局', 'bureau', NULL), ('05', '曲靖供电局', 'bureau', NULL),
                ('0503', '罗平供电公司', 'county', '05');",
        )
        .unwrap();
        let tree = load(&sql).unwrap();
        let code = |text: &str| OrgUnitCode::new(text).unwrap();
        assert!(tree.contains(&code("ROOT"), &code("0503")));
        assert!(!tree.contains(&code("0503"), &code("05")));
    }
}
