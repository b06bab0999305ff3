//! The review as a document: the supervisors' judgement, beside each inspection and with the same id.

use jicha_domain::id::{CommentId, InspectionId, PhotoHash};
use jicha_domain::review::{Comment, InspectionVerdict, PhotoVerdict, Review, ReviewAbout};
use jiff::Timestamp;

use crate::content::{Content, Place};
use crate::entry::Write;
use crate::schema::FACTS;
use crate::{Actor, Change, Document, DocumentId, DocumentKind, Error};

const VERDICTS: &str = "verdicts";
const COMMENTS: &str = "comments";

/// One thing that a supervisor does to a review.
#[derive(Clone, Debug, PartialEq)]
pub enum ReviewEdit {
    /// Judges the inspection as a whole.
    SetVerdict(InspectionVerdict),
    /// Judges one photo.
    SetPhotoVerdict(PhotoHash, PhotoVerdict),
    /// Adds a comment.
    Comment(CommentId, Comment),
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

/// Makes edits, in one change.
pub fn edit(
    document: &mut Document,
    at: Timestamp,
    edits: impl IntoIterator<Item = ReviewEdit>,
) -> Result<Vec<Change>, Error> {
    let writes = edits.into_iter().map(|edit| match edit {
        ReviewEdit::SetVerdict(verdict) => Write::put(Place::new(FACTS, "verdict"), &verdict),
        ReviewEdit::SetPhotoVerdict(hash, verdict) => {
            Write::put(Place::new(VERDICTS, hash.to_string()), &verdict)
        }
        ReviewEdit::Comment(id, comment) => Write::put(Place::new(COMMENTS, id.to_string()), &comment),
    });
    let writes = writes.collect();
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
        comments: content.take_section(COMMENTS),
    };
    Ok((review, content))
}
