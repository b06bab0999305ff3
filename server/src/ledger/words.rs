//! The words that marketing systems write for kinds and classes, beside those of `jicha_domain` itself.

use std::str::FromStr;

use jicha_domain::Language;

/// A closed list of the domain, with what it needs to be found by a word of an export.
pub(super) trait Words: Copy + FromStr + 'static {
    fn all() -> &'static [Self];
    fn word(self) -> &'static str;
    fn label(self, language: Language) -> &'static str;
    /// Further words, each with the stored word that it means.
    const SYNONYMS: &'static [(&'static str, &'static [&'static str])];
}

/// Finds the value that a cell names; blanks and capitals don't matter.
pub(super) fn find<W: Words>(text: &str) -> Option<W> {
    let plain = plain(text);
    let named = |word: &str| self::plain(word) == plain;
    W::all().iter().copied().find(|value| {
        let synonyms = W::SYNONYMS
            .iter()
            .filter(|(word, _)| *word == value.word())
            .flat_map(|(_, more)| *more);
        named(value.word())
            || named(value.label(Language::Zh))
            || named(value.label(Language::En))
            || synonyms.into_iter().any(|word| named(word))
    })
}

/// The Chinese labels, for the message that says what was expected.
pub(super) fn choices<W: Words>() -> String {
    W::all()
        .iter()
        .map(|value| value.label(Language::Zh))
        .collect::<Vec<_>>()
        .join("、")
}

fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

macro_rules! words {
    ($name:ty, $synonyms:expr) => {
        impl Words for $name {
            fn all() -> &'static [Self] {
                Self::ALL
            }
            fn word(self) -> &'static str {
                self.as_str()
            }
            fn label(self, language: Language) -> &'static str {
                <$name>::label(self, language)
            }
            const SYNONYMS: &'static [(&'static str, &'static [&'static str])] = $synonyms;
        }
    };
}

words!(
    jicha_domain::org::OrgUnitKind,
    &[
        ("bureau", &["市局", "市供电局", "地市局"]),
        ("county", &["县级公司", "县供电公司", "县局", "供电公司"]),
        ("branch", &["供电分局", "区局"]),
        ("centre", &["客户服务中心", "稽查中心", "center"]),
        ("station", &["供电站", "营业所"]),
        ("line", &["馈线", "10kV线路", "feeder"]),
        ("area", &["变压器台区", "公变台区", "配变"]),
    ]
);
words!(
    jicha_domain::metering_point::MeteringPointKind,
    &[
        ("customer", &["用户", "客户", "居民", "用电客户", "售电侧结算"]),
        ("power", &["动力", "动力户", "动力用户"]),
        (
            "gateway_transformer_area",
            &[
                "关口",
                "台区关口",
                "台区总表",
                "关口表",
                "台区供电考核",
                "gateway"
            ]
        ),
        ("gateway_feeder", &["线路关口", "馈线关口", "线路供电考核"]),
        (
            "gateway_substation_bay",
            &["变电站关口", "站内关口", "变电站供电考核"]
        ),
        (
            "feed_in",
            &["发电上网", "上网", "上网关口", "光伏上网", "发电", "generator"]
        ),
    ]
);
words!(
    jicha_domain::metering_point::PointClass,
    &[
        ("I", &["Ⅰ", "I类", "一类", "1"]),
        ("II", &["Ⅱ", "II类", "二类", "2"]),
        ("III", &["Ⅲ", "III类", "三类", "3"]),
        ("IV", &["Ⅳ", "IV类", "四类", "4"]),
        ("V", &["Ⅴ", "V类", "五类", "5"]),
    ]
);
words!(jicha_domain::metering_point::AccessDifficulty, &[]);
words!(
    jicha_domain::meter::PhaseWire,
    &[
        ("single_phase", &["单相二线", "单相两线", "1", "1P2W"]),
        ("three_phase_three_wire", &["3P3W", "三相三线制"]),
        ("three_phase_four_wire", &["3P4W", "三相四线制"]),
    ]
);
words!(
    jicha_domain::meter::Connection,
    &[
        ("direct", &["直接", "直通", "直接式"]),
        ("via_ct", &["经CT", "互感器接入", "经互感器接入", "CT"]),
        ("via_ct_pt", &["经CTPT", "经CT/PT", "经CT、PT", "高供高计"]),
    ]
);
words!(
    jicha_domain::register::ReadingSource,
    &[
        ("dial", &["现场", "手工", "人工", "现场抄表", "本地"]),
        ("infrared_645", &["红外"]),
        ("collected", &["自动", "远程", "远抄", "自动抄表", "远程采集"]),
        ("ledger", &["营销系统"]),
        ("estimated", &["估计", "估算"]),
    ]
);

#[cfg(test)]
mod tests {
    use jicha_domain::metering_point::MeteringPointKind;

    use super::*;

    fn every_synonym_belongs_to_a_stored_word_and_is_found<W: Words + PartialEq + std::fmt::Debug>() {
        for (word, synonyms) in W::SYNONYMS {
            let value = W::all().iter().copied().find(|value| value.word() == *word);
            assert!(value.is_some(), "{word} is no stored word");
            for synonym in *synonyms {
                assert_eq!(find::<W>(synonym), value, "{synonym}");
            }
        }
    }

    #[test]
    fn every_synonym_means_one_word_only() {
        every_synonym_belongs_to_a_stored_word_and_is_found::<jicha_domain::org::OrgUnitKind>();
        every_synonym_belongs_to_a_stored_word_and_is_found::<MeteringPointKind>();
        every_synonym_belongs_to_a_stored_word_and_is_found::<jicha_domain::metering_point::PointClass>();
        every_synonym_belongs_to_a_stored_word_and_is_found::<jicha_domain::meter::PhaseWire>();
        every_synonym_belongs_to_a_stored_word_and_is_found::<jicha_domain::meter::Connection>();
        every_synonym_belongs_to_a_stored_word_and_is_found::<jicha_domain::register::ReadingSource>();
    }

    #[test]
    fn blanks_and_capitals_do_not_matter() {
        assert_eq!(find("Feed-in  METER"), Some(MeteringPointKind::FeedIn));
        assert_eq!(find::<MeteringPointKind>("水表"), None);
    }
}
