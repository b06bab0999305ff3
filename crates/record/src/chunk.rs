//! The outside of an Automerge change chunk: taken apart for the wire, and bounded before it is decoded.
//!
//! Format: <https://automerge.org/automerge-binary-format-spec/>. A chunk is the magic bytes, four bytes of
//! SHA-256 as checksum, a type, a LEB128 length and a body; the body of a change begins with its predecessors'
//! hashes. Checksum and header follow from the body, and most predecessors stand nearby, so a frame can leave
//! both out (see [`ChunkParts`]).

use sha2::{Digest, Sha256};

use crate::change::limits::{CHANGE_BYTES_MAX, CHANGE_DEPENDENCIES_MAX, CHANGE_OPERATIONS_MAX};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHUNK_TYPE_CHANGE: u8 = 1;
const CHECKSUM_LENGTH: usize = 4;
const HASH_LENGTH: usize = 32;

/// What is wrong with a chunk, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at}: expected {expected}")]
pub struct ChunkError {
    /// Offset from the start of the chunk.
    pub at: usize,
    /// What should have stood there.
    pub expected: &'static str,
}

/// A change chunk without what its receiver can work out again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkParts<'a> {
    /// The direct predecessors, in the order of the chunk.
    pub dependencies: Vec<[u8; 32]>,
    /// The body after the predecessors: actor, sequence, operations.
    pub rest: &'a [u8],
}

/// Takes a chunk apart.
pub fn split(bytes: &[u8]) -> Result<ChunkParts<'_>, ChunkError> {
    let body = body_of(bytes)?;
    let mut cursor = Cursor {
        bytes,
        at: bytes.len() - body.len(),
    };
    let dependencies = read_dependencies(&mut cursor)?;
    Ok(ChunkParts {
        dependencies,
        rest: &bytes[cursor.at..],
    })
}

/// Puts a chunk together again, byte for byte as it was.
pub fn join(dependencies: &[[u8; 32]], rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(dependencies.len() * HASH_LENGTH + rest.len() + 2);
    push_leb128(&mut body, dependencies.len() as u64);
    dependencies.iter().for_each(|hash| body.extend_from_slice(hash));
    body.extend_from_slice(rest);

    let mut tail = Vec::with_capacity(body.len() + 6);
    tail.push(CHUNK_TYPE_CHANGE);
    push_leb128(&mut tail, body.len() as u64);
    tail.extend_from_slice(&body);

    let hash = Sha256::digest(&tail);
    let mut chunk = Vec::with_capacity(tail.len() + 8);
    chunk.extend_from_slice(&MAGIC);
    chunk.extend_from_slice(&hash[..CHECKSUM_LENGTH]);
    chunk.extend_from_slice(&tail);
    chunk
}

/// Bounds a chunk: one uncompressed change, of bearable size, whose checksum fits, whose run-length columns hold no
/// more operations than allowed, and whose operation ids Automerge can hold. Without this a few bytes could ask for
/// 2^60 operations, a wrong checksum would only be noticed when the log is loaded, and an id above 2^32 would panic.
pub(crate) fn check(bytes: &[u8]) -> Result<(), ChunkError> {
    if bytes.len() > CHANGE_BYTES_MAX {
        return Err(ChunkError {
            at: CHANGE_BYTES_MAX,
            expected: "a change of at most 256 KiB",
        });
    }
    let body = body_of(bytes)?;
    let hash = Sha256::digest(&bytes[MAGIC.len() + CHECKSUM_LENGTH..]);
    if bytes[MAGIC.len()..MAGIC.len() + CHECKSUM_LENGTH] != hash[..CHECKSUM_LENGTH] {
        return Err(ChunkError {
            at: MAGIC.len(),
            expected: "the checksum of the bytes that follow",
        });
    }
    let mut cursor = Cursor {
        bytes,
        at: bytes.len() - body.len(),
    };
    read_dependencies(&mut cursor)?;
    cursor.length_prefixed("the actor")?;
    cursor.leb128("the sequence number")?;
    cursor.leb128("the first operation's number")?;
    cursor.leb128("the time")?;
    cursor.length_prefixed("the message")?;
    let other_actors = cursor.leb128("the number of other actors")?;
    for _ in 0..other_actors {
        cursor.length_prefixed("another actor")?;
    }
    check_columns(&mut cursor, other_actors)
}

fn check_columns(cursor: &mut Cursor<'_>, other_actors: u64) -> Result<(), ChunkError> {
    let count = cursor.leb128("the number of columns")?;
    let mut columns = Vec::new();
    for _ in 0..count {
        let specification = cursor.leb128("a column's specification")?;
        let length = cursor.leb128("a column's length")?;
        columns.push((specification, length));
    }
    for (specification, length) in columns {
        let at = cursor.at;
        let data = cursor.take(length, "a column's data")?;
        if specification & COMPRESSED_BIT != 0 {
            return Err(ChunkError {
                at,
                expected: "columns that are not compressed",
            });
        }
        let rows = match specification & TYPE_MASK {
            RAW_VALUES => 0,
            BOOLEANS => count_boolean_rows(data, at)?,
            STRINGS => count_run_length_rows(data, at, Values::Strings)?,
            ACTORS => count_run_length_rows(data, at, Values::UpTo(other_actors))?,
            DELTAS => count_run_length_rows(data, at, Values::Deltas { sum: 0 })?,
            _ if specification == OBJECT_COUNTERS => {
                count_run_length_rows(data, at, Values::UpTo(COUNTER_MAX))?
            }
            _ => count_run_length_rows(data, at, Values::UpTo(u64::MAX))?,
        };
        if rows > CHANGE_OPERATIONS_MAX {
            return Err(ChunkError {
                at,
                expected: "at most 20,000 operations in a change",
            });
        }
    }
    Ok(())
}

const TYPE_MASK: u64 = 0b111;
const COMPRESSED_BIT: u64 = 0b1000;
const ACTORS: u64 = 1;
const DELTAS: u64 = 3;
const BOOLEANS: u64 = 4;
const STRINGS: u64 = 5;
const RAW_VALUES: u64 = 7;
/// The column of the counters that name objects: integers, unlike all other counters, which are deltas.
const OBJECT_COUNTERS: u64 = 2;
/// The highest counter of an operation id; Automerge keeps it in 32 bits.
const COUNTER_MAX: u64 = u32::MAX as u64;

fn count_boolean_rows(data: &[u8], offset: usize) -> Result<u64, ChunkError> {
    let mut cursor = Cursor { bytes: data, at: 0 };
    let mut rows = 0_u64;
    while cursor.at < data.len() {
        rows = rows.saturating_add(cursor.leb128("a run of booleans").map_err(|e| e.behind(offset))?);
    }
    Ok(rows)
}

/// What the values of a run-length column are.
enum Values {
    /// Texts, each behind its length.
    Strings,
    /// Numbers up to and including this one.
    UpTo(u64),
    /// Differences; their running sums are counters of operation ids.
    Deltas { sum: i64 },
}

impl Values {
    /// Reads one value, which holds for `rows` rows.
    fn read(&mut self, cursor: &mut Cursor<'_>, rows: u64) -> Result<(), ChunkError> {
        let at = cursor.at;
        match self {
            Values::Strings => {
                cursor.length_prefixed("a string")?;
            }
            Values::UpTo(max) => {
                if cursor.leb128("a value")? > *max {
                    return Err(ChunkError {
                        at,
                        expected: "an actor or operation that a change can name",
                    });
                }
            }
            Values::Deltas { sum } => {
                // Sums go one way within a run, so that its end is its extreme.
                let delta = cursor.signed_leb128("a difference")?;
                *sum = sum.saturating_add(delta.saturating_mul(i64::try_from(rows).unwrap_or(i64::MAX)));
                if u64::try_from(*sum).map_or(true, |sum| sum > COUNTER_MAX) {
                    return Err(ChunkError {
                        at,
                        expected: "the number of an operation, below 2^32",
                    });
                }
            }
        }
        Ok(())
    }
}

/// Counts the rows of a run-length column: a positive number is a run of one value, a negative one that many
/// single values, zero a run of nulls.
fn count_run_length_rows(data: &[u8], offset: usize, mut values: Values) -> Result<u64, ChunkError> {
    let mut cursor = Cursor { bytes: data, at: 0 };
    let mut rows = 0_u64;
    while cursor.at < data.len() {
        let added = count_run(&mut cursor, &mut values).map_err(|e| e.behind(offset))?;
        rows = rows.saturating_add(added);
        if rows > CHANGE_OPERATIONS_MAX {
            return Ok(rows);
        }
    }
    Ok(rows)
}

fn count_run(cursor: &mut Cursor<'_>, values: &mut Values) -> Result<u64, ChunkError> {
    let run = cursor.signed_leb128("a run length")?;
    let rows = run.unsigned_abs();
    match run {
        0 => return cursor.leb128("a number of nulls"),
        _ if rows > CHANGE_OPERATIONS_MAX => {}
        1.. => values.read(cursor, rows)?,
        _ => {
            for _ in 0..rows {
                values.read(cursor, 1)?;
            }
        }
    }
    Ok(rows)
}

fn body_of(bytes: &[u8]) -> Result<&[u8], ChunkError> {
    let mut cursor = Cursor { bytes, at: 0 };
    if cursor.take(MAGIC.len() as u64, "the magic bytes")? != MAGIC {
        return Err(ChunkError {
            at: 0,
            expected: "the magic bytes 85 6f 4a 83",
        });
    }
    cursor.take(CHECKSUM_LENGTH as u64, "the checksum")?;
    if cursor.take(1, "the chunk type")? != [CHUNK_TYPE_CHANGE] {
        return Err(ChunkError {
            at: 8,
            expected: "an uncompressed change chunk (type 1)",
        });
    }
    let length = cursor.canonical_leb128("the length")?;
    let body = cursor.take(length, "as many bytes as the length says")?;
    if cursor.at != bytes.len() {
        return Err(ChunkError {
            at: cursor.at,
            expected: "the end of the chunk",
        });
    }
    Ok(body)
}

fn read_dependencies(cursor: &mut Cursor<'_>) -> Result<Vec<[u8; 32]>, ChunkError> {
    let at = cursor.at;
    let count = cursor.canonical_leb128("the number of predecessors")?;
    if count > CHANGE_DEPENDENCIES_MAX as u64 {
        return Err(ChunkError {
            at,
            expected: "at most 64 predecessors",
        });
    }
    (0..count)
        .map(|_| {
            let hash = cursor.take(HASH_LENGTH as u64, "a predecessor's hash")?;
            Ok(hash.try_into().expect("take returned as many bytes as asked for"))
        })
        .collect()
}

fn push_leb128(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: u64, expected: &'static str) -> Result<&'a [u8], ChunkError> {
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| self.at.checked_add(length));
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or(ChunkError {
            at: self.at,
            expected,
        })?;
        self.at += taken.len();
        Ok(taken)
    }

    fn leb128(&mut self, expected: &'static str) -> Result<u64, ChunkError> {
        let at = self.at;
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1, expected)?[0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(ChunkError { at, expected })
    }

    /// As [`Cursor::leb128`], in the shortest form only, so that [`join`] writes what [`split`] has read.
    fn canonical_leb128(&mut self, expected: &'static str) -> Result<u64, ChunkError> {
        let at = self.at;
        let value = self.leb128(expected)?;
        let mut shortest = Vec::with_capacity(10);
        push_leb128(&mut shortest, value);
        if shortest == self.bytes[at..self.at] {
            Ok(value)
        } else {
            Err(ChunkError { at, expected })
        }
    }

    fn signed_leb128(&mut self, expected: &'static str) -> Result<i64, ChunkError> {
        let at = self.at;
        let mut value = 0_i64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1, expected)?[0];
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let unused = 64_u32.saturating_sub(shift + 7);
                return Ok(if byte & 0x40 != 0 && unused > 0 {
                    value | (-1 << (shift + 7))
                } else {
                    value
                });
            }
        }
        Err(ChunkError { at, expected })
    }

    fn length_prefixed(&mut self, expected: &'static str) -> Result<&'a [u8], ChunkError> {
        let length = self.leb128(expected)?;
        self.take(length, expected)
    }
}

impl ChunkError {
    fn behind(self, offset: usize) -> Self {
        ChunkError {
            at: self.at + offset,
            ..self
        }
    }
}
