//! Closed lists of words: enums that are stored, shown and parsed by one fixed word each.
//!
//! Why a macro: every such enum needs the same five things (a stored word, a Chinese and an English label, parsing,
//! listing, serde as a plain string). Written by hand they drift apart; the stored word is a promise to old files.

use std::fmt;

/// The two languages that users read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Chinese (simplified).
    Zh,
    /// English.
    En,
}

/// A word that is not in the closed list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, one of {words}, but found {found:?}")]
pub struct UnknownWord {
    /// The kind of word, e.g. `Role`.
    pub expected: &'static str,
    /// All words that would do, separated by commas.
    pub words: String,
    /// What was there instead, cut to a readable length.
    pub found: String,
}

impl UnknownWord {
    pub(crate) fn new(expected: &'static str, words: &[&'static str], found: &str) -> Self {
        Self {
            expected,
            words: words.join(", "),
            found: shorten(found),
        }
    }
}

/// Cuts foreign text so that an error message stays one line.
pub(crate) fn shorten(text: &str) -> String {
    const SHOWN_CHARS_MAX: usize = 48;
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Reads a value from a string with its `FromStr`, for types that are stored as one string.
pub(crate) fn deserialize_from_str<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr,
    T::Err: fmt::Display,
{
    let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

/// Gives a type with `Display` and `FromStr` the matching serde form: one string.
macro_rules! serde_as_string {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::word::deserialize_from_str(deserializer)
            }
        }
    };
}

/// Declares an enum whose variants are each one stored word with a Chinese and an English label.
macro_rules! word_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident => $word:literal, $zh:literal, $en:literal; )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )+];

            /// The stored word. It never changes once released.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }

            /// What a person reads on screen.
            #[must_use]
            pub const fn label(self, language: crate::word::Language) -> &'static str {
                match (self, language) {
                    $(
                        (Self::$variant, crate::word::Language::Zh) => $zh,
                        (Self::$variant, crate::word::Language::En) => $en,
                    )+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::word::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $( $word => Ok(Self::$variant), )+
                    other => Err(crate::word::UnknownWord::new(stringify!($name), &[$( $word, )+], other)),
                }
            }
        }

        crate::word::serde_as_string!($name);
    };
}

pub(crate) use {serde_as_string, word_enum};
