//! An Automerge document: made, loaded, changed and merged.

use std::collections::{BTreeSet, HashSet};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, LoadOptions, ReadDoc};
use jiff::Timestamp;

use crate::content::{self, Content};
use crate::entry::{self, Size, Write};
use crate::schema;
use crate::{Actor, Change, ChangeHash, DocumentId, Error};

/// A document in memory, opened for one writer.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) id: DocumentId,
    pub(crate) automerge: Automerge,
}

/// The only place where an Automerge document comes into being: `new` draws a random actor, which is replaced at
/// once, so that no history is ever written under an actor that no device answers for.
pub(crate) fn blank(actor: Actor) -> Automerge {
    #[expect(
        clippy::disallowed_methods,
        reason = "the actor is replaced in the same expression"
    )]
    Automerge::new().with_actor(actor.to_automerge())
}

impl Document {
    /// A document of which nothing is known yet, not even its skeleton: the beginning of a merge.
    pub fn empty(id: DocumentId, actor: Actor) -> Self {
        Document {
            id,
            automerge: blank(actor),
        }
    }

    /// A new document with the skeleton of its kind, and the changes that made it, to be stored first.
    pub fn create(id: DocumentId, actor: Actor) -> Result<(Self, Vec<Change>), Error> {
        let mut document = Document::empty(id, actor);
        let made = document.upgrade()?;
        Ok((document, made))
    }

    /// Loads a document from its newest snapshot, if there is one, and the changes after it.
    pub fn load<'a>(
        id: DocumentId,
        actor: Actor,
        snapshot: Option<&[u8]>,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, Error> {
        let load_error = |source| Error::Load {
            document: id,
            source: Box::new(source),
        };
        let mut automerge = match snapshot {
            Some(bytes) =>
            {
                #[expect(clippy::disallowed_methods, reason = "the actor is replaced below")]
                Automerge::load_with_options(bytes, LoadOptions::new()).map_err(load_error)?
            }
            None => blank(actor),
        };
        automerge.set_actor(actor.to_automerge());
        let tail: Vec<u8> = changes.into_iter().flatten().copied().collect();
        if !tail.is_empty() {
            automerge.load_incremental(&tail).map_err(load_error)?;
        }
        Ok(Document { id, automerge })
    }

    /// Which document this is.
    pub fn id(&self) -> DocumentId {
        self.id
    }

    /// The newest changes: those that no other change names as predecessor. Sorted.
    pub fn heads(&self) -> Vec<ChangeHash> {
        let mut heads: Vec<_> = self
            .automerge
            .get_heads()
            .into_iter()
            .map(ChangeHash::from)
            .collect();
        heads.sort();
        heads
    }

    /// Whether the document holds this change.
    pub fn has(&self, change: ChangeHash) -> bool {
        self.automerge.get_change_meta_by_hash(&change.into()).is_some()
    }

    /// Who made a change and when, by the writer's clock.
    pub fn author_of(&self, change: ChangeHash) -> Option<(Actor, Timestamp)> {
        let meta = self.automerge.get_change_meta_by_hash(&change.into())?;
        let at = Timestamp::from_millisecond(meta.timestamp).ok()?;
        Some((Actor::from_automerge(meta.actor.as_ref())?, at))
    }

    /// How many operations the document holds.
    pub fn operations(&self) -> u64 {
        self.automerge.stats().num_ops
    }

    /// The document in one piece, for a snapshot.
    pub fn save(&self) -> Vec<u8> {
        self.automerge.save()
    }

    /// As [`Document::save`], if the snapshot gives back the document when it is loaded; nothing if not. Automerge trusts
    /// its input and may panic over operations that came from outside; then the changes alone have to do.
    pub fn proven_snapshot(&self) -> Option<Vec<u8>> {
        let prove = std::panic::AssertUnwindSafe(|| {
            let bytes = self.save();
            let loaded = Document::load(self.id, Actor::SCHEMA, Some(&bytes), []).ok()?;
            (loaded.heads() == self.heads()).then_some(bytes)
        });
        std::panic::catch_unwind(prove).ok().flatten()
    }

    /// All changes that are not among `known` and their predecessors, predecessors first.
    pub fn changes_since(&self, known: &[ChangeHash]) -> Vec<Change> {
        let known: Vec<_> = known
            .iter()
            .filter(|hash| self.has(**hash))
            .map(|hash| (*hash).into())
            .collect();
        let changes = self.automerge.get_changes(&known);
        changes
            .into_iter()
            .filter_map(|change| Change::from_automerge(self.id, change).ok())
            .collect()
    }

    /// Merges changes from elsewhere. Known ones are passed over; if a predecessor is lacking, nothing is applied.
    /// Returns the changes that were new.
    pub fn apply(&mut self, changes: Vec<Change>) -> Result<Vec<Change>, Error> {
        let mut seen = HashSet::new();
        let new: Vec<Change> = changes
            .into_iter()
            .filter(|change| !self.has(change.hash()) && seen.insert(change.hash()))
            .collect();
        let missing = self.missing_predecessors(&new);
        if !missing.is_empty() {
            return Err(Error::Missing {
                document: self.id,
                missing: missing.into_iter().collect(),
            });
        }
        let applied: Vec<_> = new.iter().cloned().map(Change::into_automerge).collect();
        self.automerge
            .apply_changes(applied)
            .map_err(|source| Error::Apply {
                document: self.id,
                source: Box::new(source),
            })?;
        Ok(new)
    }

    /// The predecessors of these changes that are neither in the document nor among them.
    pub fn missing_predecessors(&self, changes: &[Change]) -> BTreeSet<ChangeHash> {
        let coming: HashSet<ChangeHash> = changes.iter().map(Change::hash).collect();
        let named = changes.iter().flat_map(Change::dependencies);
        named
            .filter(|hash| !coming.contains(hash) && !self.has(*hash))
            .collect()
    }

    /// What the document says now.
    pub fn content(&self) -> Content {
        content::of(&self.automerge)
    }

    /// Brings the skeleton to this program's version. Nothing happens to a document of a newer version.
    pub(crate) fn upgrade(&mut self) -> Result<Vec<Change>, Error> {
        if schema::version_of(&self.automerge) >= schema::version(self.id.kind) {
            return Ok(Vec::new());
        }
        let steps = schema::changes(self.id.kind).iter().cloned();
        let steps = steps
            .filter_map(|change| Change::from_automerge(self.id, change).ok())
            .collect();
        self.apply(steps)
    }

    /// Writes entries in one change under the document's actor, after bringing the skeleton up to date. Entries
    /// that already say the same are left alone; the answer is empty if nothing is left to write. After an error the
    /// document is as it was.
    pub(crate) fn write(&mut self, at: Timestamp, writes: Vec<Write>) -> Result<Vec<Change>, Error> {
        let id = self.id;
        // A change beyond the limits would be refused by everybody else, this device's own log included.
        let too_large = || Error::ChangeTooLarge { document: id };
        let size = writes.iter().map(Write::size).fold(Size::default(), Size::and);
        if size.bytes > Size::MAX.bytes {
            return Err(too_large());
        }
        let before =
            (schema::version_of(&self.automerge) < schema::version(id.kind)).then(|| self.automerge.clone());
        let mut made = self.upgrade()?;
        let options = CommitOptions::default().with_time(at.as_millisecond());
        let outcome = self.automerge.transact_with(
            |_| options,
            |transaction| {
                writes
                    .into_iter()
                    .try_for_each(|write| entry::write(id, transaction, write))?;
                // Only now is it known how many characters of a text differ.
                let fits = transaction.pending_ops() <= Size::MAX.operations;
                if fits { Ok(()) } else { Err(too_large()) }
            },
        );
        match outcome {
            Ok(success) => made.extend(success.hash.and_then(|hash| self.change(hash.into()))),
            Err(failure) => {
                // The caller never sees the upgrade's change, so nothing may build on it.
                if let Some(before) = before {
                    self.automerge = before;
                }
                return Err(failure.error);
            }
        }
        Ok(made)
    }

    /// As [`Document::write`], in as many changes as it takes.
    pub(crate) fn write_in_pieces(
        &mut self,
        at: Timestamp,
        writes: Vec<Write>,
    ) -> Result<Vec<Change>, Error> {
        let max = Size {
            operations: Size::MAX.operations / 2,
            bytes: Size::MAX.bytes / 2,
        };
        let mut made = Vec::new();
        let mut piece = Vec::new();
        let mut size = Size::default();
        for write in writes {
            let with_this = size.and(write.size());
            if !piece.is_empty() && !with_this.fits(max) {
                made.extend(self.write(at, std::mem::take(&mut piece))?);
                size = write.size();
            } else {
                size = with_this;
            }
            piece.push(write);
        }
        made.extend(self.write(at, piece)?);
        Ok(made)
    }

    pub(crate) fn change(&self, hash: ChangeHash) -> Option<Change> {
        let change = self.automerge.get_change_by_hash(&hash.into())?;
        Change::from_automerge(self.id, change).ok()
    }
}
