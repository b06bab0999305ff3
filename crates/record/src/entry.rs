//! Writing entries: whole facts that are put, replaced and removed as one.
//!
//! A reading with its time and source is one fact. If two devices write it at the same time, both facts stand
//! whole, one beside the other, instead of a value from here with a time from there.

use automerge::transaction::{Transactable, Transaction};
use automerge::{AutomergeError, ObjId, ObjType, ROOT, ReadDoc, ScalarValue};
use serde::Serialize;
use serde_json::Value;

use crate::content::Place;
use crate::{DocumentId, Error, conflict, limits};

/// The bytes that one entry may hold, as JSON.
pub const ENTRY_BYTES_MAX: usize = 96 * 1024;

/// One thing to write.
#[derive(Clone, Debug)]
pub(crate) enum Write {
    /// Puts an entry, replacing what stood there.
    Put { place: Place, value: Value },
    /// Takes an entry away.
    Remove { place: Place },
    /// Makes a text say this, by the smallest change from what it says now.
    Text { key: &'static str, text: String },
    /// Puts an entry over a conflict, which is thereby settled.
    Settle { place: Place, value: Value },
    /// Takes an entry away, contested or not.
    Clear { place: Place },
}

impl Write {
    pub(crate) fn put(place: Place, value: &impl Serialize) -> Self {
        let value = json(value);
        Write::Put { place, value }
    }

    pub(crate) fn settle(place: Place, value: &impl Serialize) -> Self {
        let value = json(value);
        Write::Settle { place, value }
    }
}

/// How much a write takes up in a change: operations, and bytes without what describes the operations.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Size {
    pub(crate) operations: usize,
    pub(crate) bytes: usize,
}

impl Size {
    /// What one change may hold of this. The other half of the bytes is left to what describes the operations.
    pub(crate) const MAX: Size = Size {
        operations: limits::CHANGE_OPERATIONS_MAX as usize,
        bytes: limits::CHANGE_BYTES_MAX / 2,
    };

    pub(crate) fn fits(self, max: Size) -> bool {
        self.operations <= max.operations && self.bytes <= max.bytes
    }

    pub(crate) fn and(self, other: Size) -> Size {
        Size {
            operations: self.operations + other.operations,
            bytes: self.bytes + other.bytes,
        }
    }
}

impl Write {
    /// The most that this write can take up.
    pub(crate) fn size(&self) -> Size {
        match self {
            Write::Put { value, .. } | Write::Settle { value, .. } => Size {
                operations: count_values(value),
                bytes: value.to_string().len(),
            },
            Write::Remove { .. } | Write::Clear { .. } => Size {
                operations: 1,
                bytes: 0,
            },
            Write::Text { text, .. } => Size {
                operations: text.chars().count(),
                bytes: text.len(),
            },
        }
    }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value)
        .expect("domain values have string keys and finite numbers, which JSON can hold")
}

fn remove(document: DocumentId, transaction: &mut Transaction<'_>, place: &Place) -> Result<(), Error> {
    let write_error = |source| write_error(document, source);
    let section = section(document, transaction, &place.section)?;
    match transaction
        .get(&section, place.key.as_str())
        .map_err(write_error)?
    {
        Some(_) => transaction
            .delete(&section, place.key.as_str())
            .map_err(write_error),
        None => Ok(()),
    }
}

fn count_values(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count_values).sum(),
        Value::Object(members) => members.values().map(count_values).sum(),
        _ => 0,
    }
}

pub(crate) fn write(
    document: DocumentId,
    transaction: &mut Transaction<'_>,
    write: Write,
) -> Result<(), Error> {
    let write_error = |source| write_error(document, source);
    match write {
        Write::Put { place, value } => {
            if conflict::is_open(transaction, &place) {
                return Err(Error::Contested { place });
            }
            put(document, transaction, &place, value)
        }
        Write::Settle { place, value } => put(document, transaction, &place, value),
        Write::Remove { place } => {
            if conflict::is_open(transaction, &place) {
                return Err(Error::Contested { place });
            }
            remove(document, transaction, &place)
        }
        Write::Clear { place } => remove(document, transaction, &place),
        Write::Text { key, text } => {
            let size_bytes = text.len();
            if size_bytes > ENTRY_BYTES_MAX {
                let place = Place::new("text", key);
                return Err(Error::TooLarge {
                    place,
                    size_bytes,
                    max_bytes: ENTRY_BYTES_MAX,
                });
            }
            let object = section(document, transaction, key)?;
            update_text(transaction, &object, &text).map_err(write_error)
        }
    }
}

/// The characters between what stays at both ends, old and new together, up to which the smallest change is looked
/// for. The search takes time by the square: for two pages that have nothing in common, half a minute.
const COMPARED_CHARS_MAX: usize = 2_000;

fn update_text(transaction: &mut Transaction<'_>, text: &ObjId, new: &str) -> Result<(), AutomergeError> {
    let old: Vec<char> = transaction.text(text)?.chars().collect();
    let new_chars: Vec<char> = new.chars().collect();
    let start = old
        .iter()
        .zip(&new_chars)
        .take_while(|(old, new)| old == new)
        .count();
    let ends = old[start..].iter().rev().zip(new_chars[start..].iter().rev());
    let end = ends.take_while(|(old, new)| old == new).count();
    let (deleted, inserted) = (
        &old[start..old.len() - end],
        &new_chars[start..new_chars.len() - end],
    );
    if deleted.len() + inserted.len() <= COMPARED_CHARS_MAX {
        return transaction.update_text(text, new);
    }
    let inserted: String = inserted.iter().collect();
    transaction.splice_text(text, start, deleted.len() as isize, &inserted)
}

fn put(
    document: DocumentId,
    transaction: &mut Transaction<'_>,
    place: &Place,
    value: Value,
) -> Result<(), Error> {
    let size_bytes = value.to_string().len();
    if size_bytes > ENTRY_BYTES_MAX {
        return Err(Error::TooLarge {
            place: place.clone(),
            size_bytes,
            max_bytes: ENTRY_BYTES_MAX,
        });
    }
    if conflict::only_value(transaction, place).as_ref() == Some(&value) {
        return Ok(());
    }
    let section = section(document, transaction, &place.section)?;
    put_value(transaction, &section, &place.key, value).map_err(|source| write_error(document, source))
}

fn write_error(document: DocumentId, source: AutomergeError) -> Error {
    let source = Box::new(source);
    Error::Write { document, source }
}

pub(crate) fn section(document: DocumentId, read: &impl ReadDoc, name: &str) -> Result<ObjId, Error> {
    let found = read
        .get(ROOT, name)
        .map_err(|source| write_error(document, source))?;
    match found {
        Some((automerge::Value::Object(_), id)) => Ok(id),
        _ => Err(Error::NoSection {
            document,
            section: name.to_owned(),
        }),
    }
}

fn put_value(
    transaction: &mut Transaction<'_>,
    parent: &ObjId,
    key: &str,
    value: Value,
) -> Result<(), AutomergeError> {
    match value {
        Value::Object(members) => {
            let object = transaction.put_object(parent, key, ObjType::Map)?;
            members
                .into_iter()
                .try_for_each(|(key, value)| put_value(transaction, &object, &key, value))
        }
        Value::Array(items) => {
            let list = transaction.put_object(parent, key, ObjType::List)?;
            items
                .into_iter()
                .enumerate()
                .try_for_each(|(at, item)| insert_value(transaction, &list, at, item))
        }
        scalar => transaction.put(parent, key, to_scalar(scalar)),
    }
}

fn insert_value(
    transaction: &mut Transaction<'_>,
    list: &ObjId,
    at: usize,
    value: Value,
) -> Result<(), AutomergeError> {
    match value {
        Value::Object(members) => {
            let object = transaction.insert_object(list, at, ObjType::Map)?;
            members
                .into_iter()
                .try_for_each(|(key, value)| put_value(transaction, &object, &key, value))
        }
        Value::Array(items) => {
            let inner = transaction.insert_object(list, at, ObjType::List)?;
            items
                .into_iter()
                .enumerate()
                .try_for_each(|(at, item)| insert_value(transaction, &inner, at, item))
        }
        scalar => transaction.insert(list, at, to_scalar(scalar)),
    }
}

fn to_scalar(value: Value) -> ScalarValue {
    match value {
        Value::Bool(flag) => ScalarValue::Boolean(flag),
        Value::String(text) => ScalarValue::Str(text.into()),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(signed), _) => ScalarValue::Int(signed),
            (None, Some(unsigned)) => ScalarValue::Uint(unsigned),
            (None, None) => number.as_f64().map_or(ScalarValue::Null, ScalarValue::F64),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => ScalarValue::Null,
    }
}
