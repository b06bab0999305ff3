//! What is noteworthy about a photo, as a set of bits, so that a filter is one comparison.

use jicha_domain::Language;

/// A set of flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Flags(pub i64);

/// One flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// A rule doubted the photo when it was taken, and the inspector let it stand.
    Doubt,
    /// Another inspection has the same photo, or one that looks alike.
    Near,
    /// Taken far from where the inspection was recorded.
    Far,
    /// Taken outside the time of the inspection.
    Time,
    /// The bytes were refused.
    Refused,
    /// Two devices wrote different values into the inspection.
    Conflict,
}

impl Flag {
    /// Every flag.
    pub const ALL: &'static [Flag] = &[
        Flag::Doubt,
        Flag::Near,
        Flag::Far,
        Flag::Time,
        Flag::Refused,
        Flag::Conflict,
    ];

    /// Its bit.
    pub const fn bit(self) -> i64 {
        match self {
            Flag::Doubt => 1,
            Flag::Near => 2,
            Flag::Far => 4,
            Flag::Time => 8,
            Flag::Refused => 16,
            Flag::Conflict => 32,
        }
    }

    /// Its word in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Flag::Doubt => "doubt",
            Flag::Near => "near_duplicate",
            Flag::Far => "far",
            Flag::Time => "outside_time",
            Flag::Refused => "refused",
            Flag::Conflict => "conflict",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Flag> {
        Flag::ALL.iter().copied().find(|flag| flag.as_str() == word)
    }

    /// What a person reads.
    pub const fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Flag::Doubt, Language::Zh) => "规则存疑",
            (Flag::Doubt, Language::En) => "Doubted",
            (Flag::Near, Language::Zh) => "疑似重复",
            (Flag::Near, Language::En) => "Near-duplicate",
            (Flag::Far, Language::Zh) => "位置偏远",
            (Flag::Far, Language::En) => "Taken far away",
            (Flag::Time, Language::Zh) => "时间不符",
            (Flag::Time, Language::En) => "Outside the time",
            (Flag::Refused, Language::Zh) => "文件被拒收",
            (Flag::Refused, Language::En) => "Bytes refused",
            (Flag::Conflict, Language::Zh) => "数据冲突",
            (Flag::Conflict, Language::En) => "Conflict",
        }
    }
}

impl Flags {
    /// Adds a flag if it holds.
    #[must_use]
    pub const fn with(self, flag: Flag, holds: bool) -> Flags {
        if holds { Flags(self.0 | flag.bit()) } else { self }
    }

    /// The flags of the set.
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL
            .iter()
            .copied()
            .filter(move |flag| self.0 & flag.bit() != 0)
    }
}
