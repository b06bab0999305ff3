//! What a document says now, as plain values: sections of entries, and the places where two values stand.

use std::collections::BTreeMap;
use std::str::FromStr;

use automerge::iter::{DocItem, Span};
use automerge::{Automerge, ObjId, ObjType, ROOT, ReadDoc, ScalarValueRef, ValueRef};
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

use crate::schema;

/// Where an entry stands: `registers` / `1-0:1.8.0*255/1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The section of the document.
    pub section: String,
    /// The key in the section.
    pub key: String,
}

impl Place {
    /// The place of an entry.
    pub fn new(section: impl Into<String>, key: impl Into<String>) -> Self {
        Place {
            section: section.into(),
            key: key.into(),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.section, self.key)
    }
}

/// An entry that this program can't read, most often because a newer one wrote it. It stays in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Where it stands.
    pub place: Place,
    /// What was expected instead.
    pub why: String,
}

/// The content of a document, taken out in one pass.
#[derive(Clone, Debug, Default)]
pub struct Content {
    sections: BTreeMap<String, Map<String, Value>>,
    scalars: Map<String, Value>,
    contested: Vec<Place>,
    unread: Vec<Unread>,
}

impl Content {
    /// The schema version that the document states.
    pub fn schema_version(&self) -> u64 {
        self.scalars
            .get(schema::SCHEMA)
            .and_then(Value::as_u64)
            .unwrap_or(0)
    }

    /// The kind that the document says it is.
    pub fn kind(&self) -> Option<&str> {
        self.scalars.get(schema::KIND)?.as_str()
    }

    /// The places where concurrent writers left more than one value. Whether the values differ is not said here.
    pub fn contested(&self) -> &[Place] {
        &self.contested
    }

    /// What could not be read by the calls before, and why.
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// A single fact, or nothing if it was never written or can't be read.
    pub fn take_fact<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        let value = self.sections.get_mut(schema::FACTS)?.remove(key)?;
        self.read(schema::FACTS, key, value)
    }

    /// A single fact, left where it is.
    pub fn peek_fact<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let value = self.sections.get(schema::FACTS)?.get(key)?;
        T::deserialize(value).ok()
    }

    /// A whole section, by key. Entries that can't be read are left out and noted in [`Content::unread`]; so are keys
    /// in another spelling than ours, since two spellings of one key would hide one another.
    pub fn take_section<K, V>(&mut self, section: &str) -> BTreeMap<K, V>
    where
        K: FromStr<Err: std::fmt::Display> + std::fmt::Display + Ord,
        V: DeserializeOwned,
    {
        let entries = self.sections.remove(section).unwrap_or_default();
        let mut known = BTreeMap::new();
        for (key, value) in entries {
            match key.parse::<K>() {
                Ok(parsed) if parsed.to_string() != key => {
                    self.note_unread(
                        section,
                        &key,
                        format!("the key is written otherwise than as {parsed}"),
                    );
                }
                Ok(parsed) => {
                    if let Some(value) = self.read(section, &key, value) {
                        known.insert(parsed, value);
                    }
                }
                Err(error) => self.note_unread(section, &key, error.to_string()),
            }
        }
        known
    }

    /// A text of the root, empty if there is none.
    pub fn take_text(&mut self, key: &str) -> String {
        match self.scalars.remove(key) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        }
    }

    /// The raw value of an entry.
    pub fn entry(&self, place: &Place) -> Option<&Value> {
        self.sections.get(&place.section)?.get(&place.key)
    }

    fn read<T: DeserializeOwned>(&mut self, section: &str, key: &str, value: Value) -> Option<T> {
        match serde_json::from_value(value) {
            Ok(read) => Some(read),
            Err(error) => {
                self.note_unread(section, key, error.to_string());
                None
            }
        }
    }

    fn note_unread(&mut self, section: &str, key: &str, why: String) {
        self.unread.push(Unread {
            place: Place::new(section, key),
            why,
        });
    }
}

/// Takes the content out. One walk over the visible operations; the cost follows the document's size only.
pub(crate) fn of(document: &Automerge) -> Content {
    let mut objects = collect_objects(document.iter());
    let mut content = Content::default();
    let root = objects.remove(&ROOT).unwrap_or_default();
    for KeyedMember { key, value, .. } in root.map {
        match value {
            Member::Object(ref id, ObjType::Map) => {
                let section = objects.get(id);
                for entry in section.map(Members::map).into_iter().flatten() {
                    if entry.contested {
                        content.contested.push(Place::new(&key, &entry.key));
                    }
                }
                if let Value::Object(entries) = assemble(&mut objects, value, DEPTH_MAX) {
                    content.sections.insert(key, entries);
                }
            }
            value => {
                content
                    .scalars
                    .insert(key, assemble(&mut objects, value, DEPTH_MAX));
            }
        }
    }
    content
}

/// One object of the document with everything below it, as a plain value.
pub(crate) fn value_below(document: &impl ReadDoc, object: &ObjId, kind: ObjType) -> Value {
    value_below_at(document, object, kind, None)
}

/// As [`value_below`], at an earlier state of the document.
pub(crate) fn value_below_at(
    document: &impl ReadDoc,
    object: &ObjId,
    kind: ObjType,
    heads: Option<&[automerge::ChangeHash]>,
) -> Value {
    let mut objects = collect_objects(document.iter_at(object, heads));
    // The walk names the object at which it began like any other.
    objects.entry(object.clone()).or_default();
    assemble(&mut objects, Member::Object(object.clone(), kind), DEPTH_MAX)
}

pub(crate) fn scalar_value(scalar: &ScalarValueRef<'_>) -> Value {
    match scalar {
        ScalarValueRef::Str(text) => Value::String(text.to_string()),
        ScalarValueRef::Int(number) | ScalarValueRef::Counter(number) | ScalarValueRef::Timestamp(number) => {
            Value::Number((*number).into())
        }
        ScalarValueRef::Uint(number) => Value::Number((*number).into()),
        ScalarValueRef::F64(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
        ScalarValueRef::Boolean(flag) => Value::Bool(*flag),
        ScalarValueRef::Null | ScalarValueRef::Bytes(_) | ScalarValueRef::Unknown { .. } => Value::Null,
    }
}

/// Ids of objects are short and made by devices that were admitted, so the quick hash of rustc is enough: a document is
/// bounded, and so is what somebody could gain by making ids that collide.
type Objects = std::collections::HashMap<ObjId, Members, rustc_hash::FxBuildHasher>;

#[derive(Default)]
struct Members {
    map: Vec<KeyedMember>,
    list: Vec<Member>,
    text: String,
}

impl Members {
    fn map(&self) -> &[KeyedMember] {
        &self.map
    }
}

struct KeyedMember {
    key: String,
    value: Member,
    contested: bool,
}

enum Member {
    Scalar(Value),
    Object(ObjId, ObjType),
}

fn collect_objects<'a>(items: impl Iterator<Item = automerge::iter::DocObjItem<'a>>) -> Objects {
    let mut objects = Objects::default();
    // Items of one object come one after the other, so it is looked up once and not for each.
    let (mut id, mut members) = (ROOT, Members::default());
    for visited in items {
        if *visited.obj.as_ref() != id {
            let next = visited.obj.as_ref().clone();
            let of_next = objects.remove(&next).unwrap_or_default();
            objects.insert(
                std::mem::replace(&mut id, next),
                std::mem::replace(&mut members, of_next),
            );
        }
        match visited.item {
            DocItem::Map(item) => {
                let value = member(&item.value, || item.id());
                members.map.push(KeyedMember {
                    key: item.key.to_string(),
                    value,
                    contested: item.conflict,
                });
            }
            DocItem::List(item) => members.list.push(member(&item.value, || item.id())),
            DocItem::Text(Span::Text { text, .. }) => members.text.push_str(&text),
            DocItem::Text(Span::Block(_)) => {}
        }
    }
    objects.insert(id, members);
    objects
}

fn member(value: &ValueRef<'_>, id: impl FnOnce() -> ObjId) -> Member {
    match value {
        ValueRef::Object(kind) => Member::Object(id(), *kind),
        ValueRef::Scalar(scalar) => Member::Scalar(scalar_value(scalar)),
    }
}

/// How deep objects are followed. Ours are less than ten deep; a hostile change can nest thousands with a few bytes,
/// which would use up the stack.
const DEPTH_MAX: usize = 32;

/// Puts a value together, taking its objects out: each has one place only.
fn assemble(objects: &mut Objects, member: Member, depth: usize) -> Value {
    let (id, kind) = match member {
        Member::Scalar(value) => return value,
        Member::Object(id, kind) => (id, kind),
    };
    let Some(below) = depth.checked_sub(1) else {
        return Value::Null;
    };
    let members = objects.remove(&id).unwrap_or_default();
    match kind {
        ObjType::Map | ObjType::Table => {
            let entries = members.map.into_iter();
            Value::Object(
                entries
                    .map(|entry| (entry.key, assemble(objects, entry.value, below)))
                    .collect(),
            )
        }
        ObjType::List => {
            let items = members.list.into_iter();
            Value::Array(items.map(|item| assemble(objects, item, below)).collect())
        }
        ObjType::Text => Value::String(members.text),
    }
}
