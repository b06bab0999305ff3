//! Reviews: what a supervisor says to an inspection and to each of its photos.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::id::{CommentId, FindingId, InspectionId, OrgUnitCode, PersonId, PhotoHash};
use crate::word::word_enum;

word_enum! {
    /// What is decided about a photo.
    pub enum PhotoDecision {
        /// It proves what it should.
        Accepted => "accepted", "通过", "Accepted";
        /// It must be taken again.
        Retake => "retake", "重拍", "Retake";
        /// It shows something wrong.
        Finding => "finding", "转为问题", "Finding";
    }
}

word_enum! {
    /// Why a photo must be taken again.
    pub enum RetakeReason {
        /// Out of focus or shaken.
        Blurred => "blurred", "模糊", "Blurred";
        /// The reading can't be made out.
        ReadingIllegible => "reading_illegible", "示数不清", "Reading illegible";
        /// The seal is not visible.
        SealNotVisible => "seal_not_visible", "封印不可见", "Seal not visible";
        /// It shows another meter.
        WrongMeter => "wrong_meter", "不是该电能表", "Wrong meter";
        /// Taken elsewhere.
        OutsideTheFence => "outside_the_fence", "位置不符", "Taken elsewhere";
        /// Too dark or too bright.
        BadLight => "bad_light", "光线不良", "Bad light";
        /// Told in words.
        Other => "other", "其他", "Other";
    }
}

/// The judgement of one photo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoVerdict {
    /// The decision.
    pub decision: PhotoDecision,
    /// Why it must be taken again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<RetakeReason>,
    /// What the supervisor says to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub words: Option<String>,
    /// The finding it was turned into.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub finding: Option<FindingId>,
    /// Who decided.
    pub by: PersonId,
    /// When.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
}

word_enum! {
    /// What is decided about an inspection as a whole.
    pub enum InspectionDecision {
        /// Accepted.
        Accepted => "accepted", "通过", "Accepted";
        /// Handed back to the inspector.
        Returned => "returned", "退回", "Returned";
        /// Accepted as a record, and something must be put right.
        Rectify => "rectify", "需整改", "To be rectified";
    }
}

/// The judgement of an inspection as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionVerdict {
    /// The decision.
    pub decision: InspectionDecision,
    /// What the supervisor says to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub words: Option<String>,
    /// The state of the inspection (hexadecimal change hashes) that was judged: what came later is not covered.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub covers_heads: Vec<String>,
    /// Who decided.
    pub by: PersonId,
    /// When.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
}

/// One comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// The words.
    pub words: String,
    /// What it is about: a place as verdicts name it, e.g. `item:JL-R-05`; none for the whole.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<String>,
    /// Who wrote it.
    pub by: PersonId,
    /// When.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
}

/// What a review is of, fixed when it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewAbout {
    /// The inspection.
    pub inspection: InspectionId,
    /// The unit of that inspection, which settles who may read and write the review.
    pub unit: OrgUnitCode,
    /// Who inspected, so that nobody reviews his own record.
    pub inspector: PersonId,
}

/// A supervisor's judgement of one inspection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// What it is of.
    pub about: ReviewAbout,
    /// The judgement as a whole, none while it is still open.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verdict: Option<InspectionVerdict>,
    /// The judgement of each photo looked at so far.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub photos: BTreeMap<PhotoHash, PhotoVerdict>,
    /// What a second supervisor said of some photos without seeing the first judgement, to measure how far the two
    /// agree. It changes nothing for the inspector.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub second_verdicts: BTreeMap<PhotoHash, PhotoVerdict>,
    /// What photos were turned into.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub findings: BTreeMap<FindingId, Finding>,
    /// Comments.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub comments: BTreeMap<CommentId, Comment>,
}

impl Review {
    /// A review in which nothing is decided yet.
    #[must_use]
    pub const fn new(about: ReviewAbout) -> Self {
        Self {
            about,
            verdict: None,
            photos: BTreeMap::new(),
            second_verdicts: BTreeMap::new(),
            findings: BTreeMap::new(),
            comments: BTreeMap::new(),
        }
    }

    /// Photos that must be taken again.
    pub fn retakes(&self) -> impl Iterator<Item = (&PhotoHash, &PhotoVerdict)> {
        self.photos
            .iter()
            .filter(|(_, verdict)| verdict.decision == PhotoDecision::Retake)
    }
}
