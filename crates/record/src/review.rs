//! The review as a document: the supervisors' judgement, beside each inspection and with the same id.

use jicha_domain::finding::Finding;
use jicha_domain::id::{CommentId, FindingId, InspectionId, PhotoHash};
use jicha_domain::review::{Comment, InspectionVerdict, PhotoVerdict, Review, ReviewAbout};
use jiff::Timestamp;

use crate::content::{Content, Place};
use crate::entry::Write;
use crate::schema::FACTS;
use crate::{Actor, Change, Document, DocumentId, DocumentKind, Error};

const VERDICTS: &str = "verdicts";
const SECOND_VERDICTS: &str = "second_verdicts";
const FINDINGS: &str = "findings";
const COMMENTS: &str = "comments";

/// One thing that a supervisor does to a review.
#[derive(Clone, Debug, PartialEq)]
pub enum ReviewEdit {
    /// Judges the inspection as a whole.
    SetVerdict(InspectionVerdict),
    /// Judges one photo.
    SetPhotoVerdict(PhotoHash, PhotoVerdict),
    /// Takes the judgement of a photo back, so that it waits again.
    WithdrawPhotoVerdict(PhotoHash),
    /// Judges one photo for the second time, without having seen the first judgement.
    SetSecondVerdict(PhotoHash, PhotoVerdict),
    /// Takes the second judgement of a photo back.
    WithdrawSecondVerdict(PhotoHash),
    /// Writes down what is wrong.
    SetFinding(FindingId, Finding),
    /// Takes a finding back that was written by mistake.
    WithdrawFinding(FindingId),
    /// Adds a comment.
    Comment(CommentId, Comment),
    /// Takes a comment back.
    WithdrawComment(CommentId),
}

impl ReviewEdit {
    /// A supervisor's verdict is itself the decision between what stood there before, so a contested place is no
    /// obstacle to it.
    fn into_write(self) -> Write {
        let verdict = |hash: PhotoHash| Place::new(VERDICTS, hash.to_string());
        let second = |hash: PhotoHash| Place::new(SECOND_VERDICTS, hash.to_string());
        let finding = |id: FindingId| Place::new(FINDINGS, id.to_string());
        let comment = |id: CommentId| Place::new(COMMENTS, id.to_string());
        match self {
            ReviewEdit::SetVerdict(value) => Write::settle(Place::new(FACTS, "verdict"), &value),
            ReviewEdit::SetPhotoVerdict(hash, value) => Write::settle(verdict(hash), &value),
            ReviewEdit::WithdrawPhotoVerdict(hash) => Write::Clear { place: verdict(hash) },
            ReviewEdit::SetSecondVerdict(hash, value) => Write::settle(second(hash), &value),
            ReviewEdit::WithdrawSecondVerdict(hash) => Write::Clear { place: second(hash) },
            ReviewEdit::SetFinding(id, value) => Write::settle(finding(id), &value),
            ReviewEdit::WithdrawFinding(id) => Write::Clear { place: finding(id) },
            ReviewEdit::Comment(id, value) => Write::put(comment(id), &value),
            ReviewEdit::WithdrawComment(id) => Write::Remove { place: comment(id) },
        }
    }
}

/// The document of an inspection's review.
pub fn document_id(inspection: InspectionId) -> DocumentId {
    DocumentId::new(DocumentKind::Review, inspection.as_uuid())
}

/// Begins a review. Two supervisors may begin the same one at the same time: the skeleton is one and the same
/// change, and what they write lies in it side by side.
pub fn begin(actor: Actor, at: Timestamp, about: &ReviewAbout) -> Result<(Document, Vec<Change>), Error> {
    let (mut document, mut changes) = Document::create(document_id(about.inspection), actor)?;
    changes.extend(document.write(at, vec![Write::put(Place::new(FACTS, "about"), about)])?);
    Ok((document, changes))
}

/// Says what a review is of, when it is only its skeleton: that one is the same everywhere, and anybody may send it.
pub fn complete(document: &mut Document, at: Timestamp, about: &ReviewAbout) -> Result<Vec<Change>, Error> {
    document.write(at, vec![Write::settle(Place::new(FACTS, "about"), about)])
}

/// Makes edits, in one change.
pub fn edit(
    document: &mut Document,
    at: Timestamp,
    edits: impl IntoIterator<Item = ReviewEdit>,
) -> Result<Vec<Change>, Error> {
    let writes = edits.into_iter().map(ReviewEdit::into_write).collect();
    document.write(at, writes)
}

/// What a review's document says, and the rest of the content.
pub fn read(id: DocumentId, mut content: Content) -> Result<(Review, Content), Error> {
    let about = content.take_fact("about");
    let review = Review {
        about: about.ok_or(Error::Incomplete {
            document: id,
            kind: id.kind,
            fact: "about",
        })?,
        verdict: content.take_fact("verdict"),
        photos: content.take_section(VERDICTS),
        second_verdicts: content.take_section(SECOND_VERDICTS),
        findings: content.take_section(FINDINGS),
        comments: content.take_section(COMMENTS),
    };
    Ok((review, content))
}
