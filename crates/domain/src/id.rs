//! Names of things: UUIDs made on devices, and numbers that the bureau's own systems gave.
//!
//! Every number keeps its leading zeros, because it is text and never a quantity. Reading one from a file checks it in
//! the same way as making one.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::word::{serde_as_string, shorten};

/// A text that is not the id that was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {kind} ({expected}), but found {found:?}")]
pub struct IdError {
    /// The kind of id, e.g. `AssetNo`.
    pub kind: &'static str,
    /// The form that would have been accepted.
    pub expected: &'static str,
    /// What was there instead, cut to a readable length.
    pub found: String,
}

macro_rules! uuid_id {
    ($( $(#[$meta:meta])* $name:ident; )+) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID (version 7 where we make it ourselves).
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID inside.
            #[must_use]
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError {
                    kind: stringify!($name),
                    expected: "a UUID such as 0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6",
                    found: shorten(text),
                })
            }
        }

        serde_as_string!($name);
    )+ };
}

uuid_id! {
    /// One inspection of one metering point on one visit.
    InspectionId;
    /// One work package.
    TaskId;
    /// One supervisor's judgement of an inspection.
    ReviewId;
    /// One rectification notice.
    NoticeId;
    /// One finding within an inspection.
    FindingId;
    /// One comment within a review.
    CommentId;
    /// One enrolled device.
    DeviceId;
    /// One person with an account.
    PersonId;
}

macro_rules! text_id {
    ($( $(#[$meta:meta])* $name:ident, max $max:literal, $expected:literal, $accept:expr; )+) => { $(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The most characters that one may have.
            pub const CHARS_MAX: usize = $max;

            /// Checks the text and wraps it unchanged.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                let accept: fn(char) -> bool = $accept;
                let count = text.chars().take($max + 1).count();
                if (1..=$max).contains(&count) && text.chars().all(accept) && text.trim() == text {
                    Ok(Self(text))
                } else {
                    Err(IdError { kind: stringify!($name), expected: $expected, found: shorten(&text) })
                }
            }

            /// The text, as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:?})", stringify!($name), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        serde_as_string!($name);
    )+ };
}

/// A letter or digit of the ASCII set, or one of the marks that ledgers use inside numbers.
fn number_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

text_id! {
    /// Code of an organisational unit in the marketing system.
    OrgUnitCode, max 32, "1 to 32 of letters, digits, '-', '_', '.'", number_char;
    /// Number of a metering point (计量点编号).
    MeteringPointNo, max 32, "1 to 32 of letters, digits, '-', '_', '.'", number_char;
    /// Asset number of a device, as scanned from its bar code (资产编号). Not tied to one company's scheme: State Grid
    /// uses 22 digits, China Southern Grid others.
    AssetNo, max 32, "1 to 32 of the digits 0-9 and capitals A-Z", |c| c.is_ascii_digit() || c.is_ascii_uppercase();
    /// Number of a customer (户号).
    CustomerNo, max 32, "1 to 32 of letters, digits, '-', '_', '.'", number_char;
    /// Number of one item of a checklist, e.g. `JL-R-09`.
    ChecklistItemId, max 32, "1 to 32 of letters, digits, '-', '_', '.'", number_char;
    /// Number of a clause of a rule or standard, e.g. `DL/T 448-2000 7.3`.
    ClauseId, max 64, "1 to 64 characters without control characters", |c| !c.is_control();
}

/// SHA-256 of a photo's bytes: its name everywhere, and the proof that no byte changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhotoHash([u8; 32]);

impl PhotoHash {
    /// Wraps a digest that was computed elsewhere.
    #[must_use]
    pub const fn new(sha256: [u8; 32]) -> Self {
        Self(sha256)
    }

    /// The 32 bytes of the digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for PhotoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PhotoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhotoHash({self})")
    }
}

impl FromStr for PhotoHash {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError {
            kind: "PhotoHash",
            expected: "a SHA-256 as 64 lower-case hexadecimal digits",
            found: shorten(text),
        };
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(wrong());
        }
        let mut sha256 = [0u8; 32];
        for (byte, pair) in sha256.iter_mut().zip(digits.chunks_exact(2)) {
            // One spelling only: two spellings of one hash would be two keys of one photo.
            let nibble = |digit: u8| match digit {
                b'0'..=b'9' => Ok(digit - b'0'),
                b'a'..=b'f' => Ok(digit - b'a' + 10),
                _ => Err(wrong()),
            };
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(sha256))
    }
}

serde_as_string!(PhotoHash);
