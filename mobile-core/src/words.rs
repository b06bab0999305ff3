//! The closed lists of words of the domain, as enums of the app's language.
//!
//! Why a second enum beside the domain's: UniFFI needs its own derive on each, and the domain shall not know of it.
//! The conversions are exhaustive in both directions, so a new word in the domain does not compile until it is here.

/// The two languages that users read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Language {
    /// Chinese (simplified).
    Zh,
    /// English.
    En,
}

impl From<Language> for jicha_domain::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::Zh => Self::Zh,
            Language::En => Self::En,
        }
    }
}

/// Declares enums with the words of the domain's, conversions both ways, and labels.
macro_rules! mirrored_words {
    ($(
        $(#[$meta:meta])*
        $name:ident = $domain:ty { $( $(#[$variant_meta:meta])* $variant:ident, )+ }
    )+) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
        pub enum $name { $( $(#[$variant_meta])* $variant, )+ }

        #[uniffi::export]
        impl $name {
            /// What a person reads on screen.
            pub fn label(&self, language: crate::words::Language) -> String {
                <$domain>::from(*self).label(language.into()).to_owned()
            }

            /// The stored word, which never changes; it stands in files, logs and the server's answers.
            pub fn word(&self) -> String {
                <$domain>::from(*self).as_str().to_owned()
            }
        }

        impl From<$domain> for $name {
            fn from(word: $domain) -> Self {
                match word { $( <$domain>::$variant => Self::$variant, )+ }
            }
        }

        impl From<$name> for $domain {
            fn from(word: $name) -> Self {
                match word { $( $name::$variant => Self::$variant, )+ }
            }
        }
    )+ };
}

pub(crate) use mirrored_words;
