//! What supervisors do: verdicts, findings, comments, and taking them back.
//!
//! Each is a change in the document `review/<inspection>`, made under the person's own hand, so that it reaches the
//! inspector's phone with its next sync and can be proved like everything else.

use super::page::Reader;
use super::queue;
use crate::auth::token::new_uuid;
use crate::auth::{Scope, instant};
use crate::author::{WebAuthor, web_author};
use crate::photos::{self, Presence};
use crate::problem::{Code, Problem};
use crate::sync;
use ed25519_dalek::SigningKey;
use jicha_domain::finding::Finding;
use jicha_domain::id::{CommentId, FindingId, InspectionId, PersonId, PhotoHash};
use jicha_domain::review::{Comment, PhotoDecision, PhotoVerdict, RetakeReason, Review, ReviewAbout};
use jicha_record::review::{self, ReviewEdit};
use jicha_record::{Actor as Author, ChangeHash};
use jicha_store::log;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};

/// For so long an act can be taken back.
pub const UNDO: SignedDuration = SignedDuration::from_secs(10);
/// The longest words of a verdict or comment, in characters.
pub const WORDS_CHARS_MAX: usize = 1000;
/// Acts are remembered for so long.
const REMEMBERED_MS: i64 = 86_400_000;

/// Who acts, and where the person may.
#[derive(Clone, Debug)]
pub struct Reviewer {
    /// The person.
    pub person: PersonId,
    /// Where the person may judge.
    pub scope: Scope,
}

/// A verdict as it is asked for.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The decision.
    pub decision: PhotoDecision,
    /// Why it must be taken again.
    pub reason: Option<RetakeReason>,
    /// What the supervisor says.
    pub words: Option<String>,
    /// What the photo is turned into.
    pub finding: Option<Finding>,
    /// Whether it may take the place of somebody else's verdict.
    pub overrule: bool,
}

/// What taking an act back has to put right.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Undo {
    Verdict {
        hash: PhotoHash,
        second: bool,
        wrote: Box<PhotoVerdict>,
        before: Option<Box<PhotoVerdict>>,
        finding: Option<FindingId>,
        finding_before: Option<(FindingId, Box<Finding>)>,
    },
    Comment(CommentId),
}

/// Refuses who may not judge in the unit, and who took part in the inspection. Answers with what the review is of.
pub fn require(
    sql: &Connection,
    reviewer: &Reviewer,
    inspection: InspectionId,
) -> Result<ReviewAbout, Problem> {
    let key = inspection.to_string();
    let found: Option<(String, String)> = sql
        .prepare_cached("SELECT unit, inspector FROM inspection WHERE id = ?1")?
        .query_row([&key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (unit, inspector) = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    if !reviewer.scope.contains(sql, &unit)? {
        return Err(Problem::new(Code::NotFound));
    }
    if took_part(sql, reviewer.person, &key, &inspector)? {
        return Err(Problem::new(Code::OwnWork));
    }
    Ok(ReviewAbout {
        inspection,
        unit: unit.parse().map_err(Problem::internal)?,
        inspector: inspector.parse().map_err(Problem::internal)?,
    })
}

/// Whether the person inspected, or wrote anything into the inspection from a phone. Settling a conflict at the desk is a
/// supervisor's task and not taking part.
pub fn took_part(
    sql: &Connection,
    person: PersonId,
    inspection: &str,
    inspector: &str,
) -> rusqlite::Result<bool> {
    let me = person.to_string();
    if inspector == me {
        return Ok(true);
    }
    sql.prepare_cached(
        "SELECT EXISTS (
            SELECT 1 FROM document JOIN change ON change.document = document.number
            JOIN device ON device.id = change.actor
            WHERE document.kind = 'inspection' AND document.id = ?1 AND device.person = ?2
              AND device.platform <> 'web')",
    )?
    .query_row([inspection, &me], |row| row.get(0))
}

/// Judges one photo; answers with the id of the act.
pub fn judge(
    transaction: &Transaction<'_>,
    key: &SigningKey,
    now: Timestamp,
    reviewer: &Reviewer,
    (inspection, hash): (InspectionId, PhotoHash),
    verdict: Verdict,
) -> Result<String, Problem> {
    let about = require(transaction, reviewer, inspection)?;
    let item = queue::find(transaction, &inspection.to_string(), &hash.to_string())?
        .ok_or_else(|| Problem::new(Code::NotFound).at("hash"))?;
    check(&verdict)?;
    if verdict.decision == PhotoDecision::Accepted && !can_be_seen(transaction, hash)? {
        return Err(Problem::new(Code::Invalid).at("hash").detail(
            "What nobody can see is not accepted: no picture of the photo is here, or its file was refused.",
        ));
    }
    let reader = Reader {
        person: reviewer.person,
        judges: true,
    };
    let second = reader.is_blind_to(&item);
    let mut desk = Desk::open(transaction, key, now, reviewer.person, about)?;
    let standing = if second {
        &desk.review.second_verdicts
    } else {
        &desk.review.photos
    };
    let before = standing.get(&hash).cloned();
    if let Some(theirs) = before.as_ref().filter(|_| !second)
        && theirs.by != reviewer.person
        && !verdict.overrule
    {
        return Err(judged_meanwhile(transaction, theirs)?);
    }
    let mut edits = Vec::new();
    let finding = verdict
        .finding
        .map(|finding| (FindingId::new(new_uuid(now)), finding));
    let replaced = before.as_ref().and_then(|before| before.finding).and_then(|id| {
        desk.review
            .findings
            .get(&id)
            .cloned()
            .map(|finding| (id, Box::new(finding)))
    });
    edits.extend(replaced.iter().map(|(id, _)| ReviewEdit::WithdrawFinding(*id)));
    let wrote = PhotoVerdict {
        decision: verdict.decision,
        reason: verdict.reason,
        words: verdict.words,
        finding: finding.as_ref().map(|(id, _)| *id),
        by: reviewer.person,
        at: now,
    };
    let finding_id = wrote.finding;
    edits.extend(finding.map(|(id, finding)| ReviewEdit::SetFinding(id, finding)));
    edits.push(if second {
        ReviewEdit::SetSecondVerdict(hash, wrote.clone())
    } else {
        ReviewEdit::SetPhotoVerdict(hash, wrote.clone())
    });
    desk.write(edits)?;
    let undo = Undo::Verdict {
        hash,
        second,
        wrote: Box::new(wrote),
        before: before.map(Box::new),
        finding: finding_id,
        finding_before: replaced,
    };
    remember(transaction, now, reviewer.person, inspection, &undo)
}

/// Whether a picture of the photo is here that somebody can have looked at.
fn can_be_seen(sql: &Connection, hash: PhotoHash) -> rusqlite::Result<bool> {
    Ok(photos::state_of(sql, hash)?.is_some_and(|here| {
        here.original != Presence::Refused
            && (here.preview == Presence::Checked || here.original == Presence::Checked)
    }))
}

/// Adds a comment; answers with the id of the act.
pub fn comment(
    transaction: &Transaction<'_>,
    key: &SigningKey,
    now: Timestamp,
    reviewer: &Reviewer,
    inspection: InspectionId,
    (place, words): (Option<String>, String),
) -> Result<String, Problem> {
    let about = require(transaction, reviewer, inspection)?;
    let words = words.trim().to_owned();
    if words.is_empty() || words.chars().count() > WORDS_CHARS_MAX {
        let detail = format!("A comment has 1 to {WORDS_CHARS_MAX} characters.");
        return Err(Problem::new(Code::Invalid).at("words").detail(detail));
    }
    let id = CommentId::new(new_uuid(now));
    let by = reviewer.person;
    let comment = Comment {
        words,
        place,
        by,
        at: now,
    };
    Desk::open(transaction, key, now, by, about)?.write(vec![ReviewEdit::Comment(id, comment)])?;
    remember(transaction, now, by, inspection, &Undo::Comment(id))
}

/// An act that was taken back.
#[derive(Clone, Copy, Debug)]
pub struct Undone {
    /// The inspection.
    pub inspection: InspectionId,
    /// Whether nobody may hear of it: a first verdict that a second supervisor must not notice.
    pub quiet: bool,
}

/// Takes an act back. A second verdict stays: whoever gave it may have seen the first one since.
pub fn undo(
    transaction: &Transaction<'_>,
    key: &SigningKey,
    now: Timestamp,
    reviewer: &Reviewer,
    act: &str,
) -> Result<Undone, Problem> {
    let over = || Problem::new(Code::UndoOver);
    let found: Option<(String, i64, String, String, bool)> = transaction
        .prepare_cached(
            "SELECT person, at_ms, inspection, edits, undone_at_ms IS NOT NULL FROM review_act WHERE id = ?1",
        )?
        .query_row([act], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .optional()?;
    let (person, at_ms, inspection, edits, undone) = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    if person != reviewer.person.to_string() {
        return Err(Problem::new(Code::NotFound));
    }
    if undone || now.duration_since(instant(at_ms)) > UNDO {
        return Err(over());
    }
    let inspection: InspectionId = inspection.parse().map_err(Problem::internal)?;
    let about = require(transaction, reviewer, inspection)?;
    let mut desk = Desk::open(transaction, key, now, reviewer.person, about)?;
    let mut quiet = false;
    let edits = match serde_json::from_str(&edits).map_err(Problem::internal)? {
        Undo::Comment(id) => vec![ReviewEdit::WithdrawComment(id)],
        Undo::Verdict {
            hash,
            second,
            wrote,
            before,
            finding,
            finding_before,
        } => {
            if second || desk.review.photos.get(&hash) != Some(&*wrote) {
                return Err(over());
            }
            quiet = queue::find(transaction, &inspection.to_string(), &hash.to_string())?
                .is_some_and(|item| item.awaits_second());
            let mut edits: Vec<ReviewEdit> = finding.map(ReviewEdit::WithdrawFinding).into_iter().collect();
            edits.extend(finding_before.map(|(id, finding)| ReviewEdit::SetFinding(id, *finding)));
            edits.push(match before {
                Some(before) => ReviewEdit::SetPhotoVerdict(hash, *before),
                None => ReviewEdit::WithdrawPhotoVerdict(hash),
            });
            edits
        }
    };
    desk.write(edits)?;
    transaction
        .prepare_cached("UPDATE review_act SET undone_at_ms = ?2 WHERE id = ?1")?
        .execute((act, now.as_millisecond()))?;
    Ok(Undone { inspection, quiet })
}

fn check(verdict: &Verdict) -> Result<(), Problem> {
    let invalid = |at: &str, detail: &str| Err(Problem::new(Code::Invalid).at(at).detail(detail));
    if verdict
        .words
        .as_ref()
        .is_some_and(|words| words.chars().count() > WORDS_CHARS_MAX)
    {
        return invalid("words", "Words have 1000 characters at most.");
    }
    match (verdict.decision, verdict.reason) {
        (PhotoDecision::Retake, None) => invalid("reason", "A retake needs a reason."),
        (PhotoDecision::Retake, Some(RetakeReason::Other)) if verdict.words.is_none() => {
            invalid("words", "The reason `other` needs words.")
        }
        (PhotoDecision::Accepted | PhotoDecision::Finding, Some(_)) => {
            invalid("reason", "Only a retake has a reason.")
        }
        (PhotoDecision::Finding, None) if verdict.finding.is_none() => {
            invalid("decision", "A finding is made by POST /api/review/findings.")
        }
        _ => Ok(()),
    }
}

fn judged_meanwhile(sql: &Connection, theirs: &PhotoVerdict) -> Result<Problem, Problem> {
    let name: Option<String> = sql
        .prepare_cached("SELECT name FROM person WHERE id = ?1")?
        .query_row([theirs.by.to_string()], |row| row.get(0))
        .optional()?;
    let detail = format!(
        "{}: {}",
        name.unwrap_or_else(|| theirs.by.to_string()),
        theirs.decision
    );
    Ok(Problem::new(Code::JudgedMeanwhile)
        .detail(detail)
        .reason(theirs.decision.as_str()))
}

fn remember(
    transaction: &Transaction<'_>,
    now: Timestamp,
    person: PersonId,
    inspection: InspectionId,
    undo: &Undo,
) -> Result<String, Problem> {
    let id = new_uuid(now).to_string();
    let now_ms = now.as_millisecond();
    let edits = serde_json::to_string(undo).map_err(Problem::internal)?;
    transaction
        .prepare_cached("DELETE FROM review_act WHERE at_ms < ?1")?
        .execute([now_ms - REMEMBERED_MS])?;
    transaction
        .prepare_cached(
            "INSERT INTO review_act (id, person, at_ms, inspection, edits) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((&id, person.to_string(), now_ms, inspection.to_string(), edits))?;
    Ok(id)
}

/// A review that is being written in.
struct Desk<'a> {
    transaction: &'a Transaction<'a>,
    now: Timestamp,
    author: WebAuthor,
    document: jicha_record::Document,
    changes: Vec<jicha_record::Change>,
    review: Review,
}

impl<'a> Desk<'a> {
    fn open(
        transaction: &'a Transaction<'a>,
        key: &SigningKey,
        now: Timestamp,
        person: PersonId,
        about: ReviewAbout,
    ) -> Result<Self, Problem> {
        let author = web_author(transaction, key, person, now)?;
        let id = review::document_id(about.inspection);
        let loaded = log::load(transaction, id, author.actor)?;
        let (document, changes) = match loaded {
            Some(mut document) => {
                let changes = match said(&document)? {
                    Some(_) => Vec::new(),
                    None => review::complete(&mut document, now, &about)?,
                };
                (document, changes)
            }
            None => review::begin(author.actor, now, &about)?,
        };
        let (review, _rest) = review::read(id, document.content())?;
        Ok(Desk {
            transaction,
            now,
            author,
            document,
            changes,
            review,
        })
    }

    fn write(&mut self, edits: Vec<ReviewEdit>) -> Result<(), Problem> {
        let made = review::edit(&mut self.document, self.now, edits)?;
        self.changes.extend(made);
        let head = self
            .changes
            .last()
            .map_or(ChangeHash([0; 32]), |change| change.hash());
        let by = self.author.signs(self.document.id(), head);
        sync::append_own(self.transaction, &self.document, &self.changes, &by)?;
        self.changes.clear();
        Ok(())
    }
}

/// What an inspection's review says; none when nobody has begun one.
pub fn load(sql: &Connection, inspection: InspectionId) -> Result<Option<Review>, Problem> {
    let id = review::document_id(inspection);
    match log::load(sql, id, Author::SCHEMA)? {
        Some(document) => said(&document),
        None => Ok(None),
    }
}

/// What a review says; nothing when it is only its skeleton, which any phone may send.
fn said(document: &jicha_record::Document) -> Result<Option<Review>, Problem> {
    match review::read(document.id(), document.content()) {
        Ok((review, _rest)) => Ok(Some(review)),
        Err(jicha_record::Error::Incomplete { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
