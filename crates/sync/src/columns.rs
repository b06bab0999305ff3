//! The inside of a change, taken apart so that like stands beside like.
//!
//! A change has a head (writer, numbers, time) and columns (keys, values, ...). Gathered over all changes of a
//! frame, the same column of many documents compresses much better than one change after the other. What
//! a column means does not matter here; only that the same bytes come out again.
//! Format: <https://automerge.org/automerge-binary-format-spec/#change-chunks>.

use uuid::Uuid;

use crate::varint::{Reader, push_sleb128, push_u64};

const ACTOR_LENGTH: u64 = 16;

/// A change without its predecessors, see [`jicha_record::chunk::ChunkParts::rest`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    pub(crate) actor: Uuid,
    pub(crate) sequence: u64,
    pub(crate) first_operation: u64,
    pub(crate) time_ms: i64,
    pub(crate) message: &'a [u8],
    pub(crate) other_actors: Vec<Uuid>,
    /// Each column's specification and its bytes.
    pub(crate) columns: Vec<(u64, &'a [u8])>,
    /// What stands behind the last column.
    pub(crate) extra: &'a [u8],
}

/// Takes the rest of a change apart; `None` if putting it together again would not give the same bytes.
pub(crate) fn split(rest: &[u8]) -> Option<Parts<'_>> {
    let parts = read(rest)?;
    (join(&parts) == rest).then_some(parts)
}

fn read(rest: &[u8]) -> Option<Parts<'_>> {
    let mut reader = Reader::new(rest);
    let actor = read_actor(&mut reader)?;
    let sequence = reader.u64()?;
    let first_operation = reader.u64()?;
    let time_ms = reader.sleb128()?;
    let message = reader.length_prefixed()?;
    let mut other_actors = Vec::new();
    for _ in 0..reader.u64()? {
        other_actors.push(read_actor(&mut reader)?);
    }
    let mut heads = Vec::new();
    for _ in 0..reader.u64()? {
        heads.push((reader.u64()?, reader.u64()?));
    }
    let mut columns = Vec::new();
    for (specification, length) in heads {
        columns.push((specification, reader.take(length)?));
    }
    let extra = reader.rest();
    Some(Parts {
        actor,
        sequence,
        first_operation,
        time_ms,
        message,
        other_actors,
        columns,
        extra,
    })
}

fn read_actor(reader: &mut Reader<'_>) -> Option<Uuid> {
    (reader.u64()? == ACTOR_LENGTH).then_some(())?;
    reader.array().map(Uuid::from_bytes)
}

/// Puts the rest of a change together.
pub(crate) fn join(parts: &Parts<'_>) -> Vec<u8> {
    let mut rest = Vec::new();
    push_actor(&mut rest, parts.actor);
    push_u64(&mut rest, parts.sequence);
    push_u64(&mut rest, parts.first_operation);
    push_sleb128(&mut rest, parts.time_ms);
    push_u64(&mut rest, parts.message.len() as u64);
    rest.extend_from_slice(parts.message);
    push_u64(&mut rest, parts.other_actors.len() as u64);
    parts
        .other_actors
        .iter()
        .for_each(|actor| push_actor(&mut rest, *actor));
    push_u64(&mut rest, parts.columns.len() as u64);
    for (specification, data) in &parts.columns {
        push_u64(&mut rest, *specification);
        push_u64(&mut rest, data.len() as u64);
    }
    parts
        .columns
        .iter()
        .for_each(|(_, data)| rest.extend_from_slice(data));
    rest.extend_from_slice(parts.extra);
    rest
}

fn push_actor(bytes: &mut Vec<u8>, actor: Uuid) {
    push_u64(bytes, ACTOR_LENGTH);
    bytes.extend_from_slice(actor.as_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_can_be_split_joins_to_the_same_bytes(
            sequence: u64, first_operation: u64, time_ms: i64, message: Vec<u8>, extra: Vec<u8>,
            others in prop::collection::vec(any::<u128>(), 0..3),
            columns in prop::collection::vec((any::<u64>(), any::<Vec<u8>>()), 0..6),
        ) {
            let parts = Parts {
                actor: Uuid::from_u128(7),
                sequence,
                first_operation,
                time_ms,
                message: &message,
                other_actors: others.into_iter().map(Uuid::from_u128).collect(),
                columns: columns.iter().map(|(specification, data)| (*specification, data.as_slice())).collect(),
                extra: &extra,
            };
            let bytes = join(&parts);
            prop_assert_eq!(split(&bytes), Some(parts));
        }

        #[test]
        fn any_bytes_are_split_without_a_panic(bytes: Vec<u8>) {
            if let Some(parts) = split(&bytes) {
                prop_assert_eq!(join(&parts), bytes);
            }
        }
    }

    #[test]
    fn a_number_that_is_longer_than_needed_is_not_split() {
        let mut rest = join(&Parts {
            actor: Uuid::nil(),
            sequence: 1,
            first_operation: 1,
            time_ms: 0,
            message: b"",
            other_actors: Vec::new(),
            columns: Vec::new(),
            extra: b"",
        });
        assert!(split(&rest).is_some());
        rest.splice(17..18, [0x81, 0x00]);
        assert_eq!(split(&rest), None);
    }
}
