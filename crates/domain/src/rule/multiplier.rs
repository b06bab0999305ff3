//! The multiplier of the ledger against its own ratios and against the plates found on site.

use super::{Figure, FigureName, Outcome, Place, RuleId, Verdict};
use crate::meter::{Connection, Multiplier, Nameplate};

/// The ledger against itself: its stated multiplier must be what its ratios give. Silent where it states only one of
/// the two.
#[must_use]
pub fn check_ledger(ledger: &Nameplate) -> Option<Verdict> {
    let stated = ledger.stated_multiplier?;
    let has_ratios =
        ledger.ct_ratio.is_some() || ledger.pt_ratio.is_some() || ledger.own_multiplier.is_some();
    if !has_ratios {
        return None;
    }
    Some(compare(RuleId::MULTIPLIER_LEDGER, stated, ledger, ledger))
}

/// The ledger against the site: its multiplier must be what the CT and PT plates on site give. Can't be judged where
/// there are transformers whose plates nobody read.
#[must_use]
pub fn check_site(ledger: &Nameplate, site: &Nameplate) -> Option<Verdict> {
    let billed = ledger.multiplier().ok()?;
    let via_ct = |plate: &Nameplate| plate.effective_connection() != Connection::Direct;
    let unread = |what: &str| {
        Verdict::new(RuleId::MULTIPLIER_SITE, Outcome::NotEvaluable, Place::Nameplate)
            .with(Figure::text(FigureName::Ledger, billed.to_string()))
            .with(Figure::text(FigureName::Lacking, what))
    };
    // Said to be connected directly: then there are no plates to be read.
    if site.connection != Some(Connection::Direct) {
        let nothing_looked_at = site.ct_ratio.is_none() && site.connection.is_none();
        if nothing_looked_at && !via_ct(ledger) && billed == Multiplier::ONE {
            return None;
        }
        if site.ct_ratio.is_none() {
            return Some(unread("ct_ratio"));
        }
        let via_pt = |plate: &Nameplate| plate.effective_connection() == Connection::ViaCtPt;
        if site.pt_ratio.is_none() && (via_pt(site) || (site.connection.is_none() && via_pt(ledger))) {
            return Some(unread("pt_ratio"));
        }
    }
    Some(compare(RuleId::MULTIPLIER_SITE, billed, ledger, site))
}

/// Judges `billed` by the ratios on `plates`.
fn compare(rule: RuleId, billed: Multiplier, ledger: &Nameplate, plates: &Nameplate) -> Verdict {
    // A meter's own multiplier can't be seen on a display, so the ledger's stands in where the site has none.
    let own = plates.own_multiplier.or(ledger.own_multiplier);
    let verdict = |outcome| {
        Verdict::new(rule.clone(), outcome, Place::Nameplate)
            .with(Figure::text(FigureName::Ledger, billed.to_string()))
    };
    let ratios = [plates.ct_ratio, plates.pt_ratio]
        .into_iter()
        .flatten()
        .map(|ratio| ratio.to_string())
        .chain(own.map(|own| own.normalize().to_string()))
        .collect::<Vec<_>>();
    let detail = if ratios.is_empty() {
        "1".to_owned()
    } else {
        ratios.join(" × ")
    };
    match Multiplier::from_plates(plates.ct_ratio, plates.pt_ratio, own) {
        Ok(derived) => verdict(if derived == billed {
            Outcome::Ok
        } else {
            Outcome::Violated
        })
        .with(Figure::text(FigureName::Site, derived.to_string()))
        .with(Figure::text(FigureName::Detail, detail)),
        Err(_) => verdict(Outcome::Violated).with(Figure::text(FigureName::Detail, detail)),
    }
}
