//! Which columns a frame of changes has, and in which order the changes stand in them.

/// A change of which the receiver gets the inner columns.
pub(super) const FORM_COLUMNS: u8 = 0;
/// A change whose rest travels as it is, since taking it apart would not give back the same bytes.
pub(super) const FORM_REST: u8 = 1;
/// A change that travels whole.
pub(super) const FORM_WHOLE: u8 = 2;

/// How many columns there are besides those of Automerge.
pub(super) const COLUMNS: usize = 19;

/// The columns in the order in which they stand in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Column {
    Kinds,
    DocumentTimes,
    ChangeCounts,
    AttestationCounts,
    Forms,
    PredecessorCounts,
    Predecessors,
    Actors,
    Sequences,
    FirstOperations,
    Times,
    Messages,
    OtherActors,
    Specifications,
    Lengths,
    Extras,
    Wholes,
    Attestations,
    Through,
}

/// The changes of all documents as (document, ordinal): all first ones, then all second ones, and so on. The
/// n-th changes of many documents are alike, which is worth 2 % against going document by document.
pub(super) fn order(counts: &[usize]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut left: Vec<usize> = (0..counts.len()).collect();
    let mut ordinal = 0;
    std::iter::from_fn(move || {
        left.retain(|document| counts[*document] > ordinal);
        let row: Vec<(usize, usize)> = left.iter().map(|document| (*document, ordinal)).collect();
        ordinal += 1;
        (!row.is_empty()).then_some(row)
    })
    .flatten()
}

/// The numbers of the change before in the same document, from which the next ones are steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    pub(super) sequence: u64,
    pub(super) first_operation: u64,
    pub(super) time_ms: u64,
}

impl Before {
    /// What the first change of a document is compared with; a document's id tells when it was made.
    pub(super) fn first(document_ms: u64) -> Self {
        Before {
            sequence: 0,
            first_operation: 0,
            time_ms: document_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stand_by_ordinal_and_then_by_document() {
        let order: Vec<_> = order(&[2, 0, 3, 1]).collect();
        assert_eq!(order, [(0, 0), (2, 0), (3, 0), (0, 1), (2, 1), (2, 2)]);
    }
}
