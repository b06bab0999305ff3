//! Verdicts in one sentence, Chinese or English, with their numbers in it.

use super::template::TEMPLATES;
use super::{Figure, FigureValue, Verdict};
use crate::clock_comparison::ClockReference;
use crate::seal::SealState;
use crate::word::Language;

/// The first template of the rule and outcome whose figures are all there; a plain list of the figures where there is
/// none, which also serves rules of a newer version.
pub(super) fn explain(verdict: &Verdict, language: Language) -> String {
    TEMPLATES
        .iter()
        .filter(|template| template.rule == verdict.rule && template.outcomes.contains(&verdict.outcome))
        .map(|template| match language {
            Language::Zh => template.zh,
            Language::En => template.en,
        })
        .find_map(|text| fill(text, verdict, language))
        .unwrap_or_else(|| list(verdict, language))
}

/// Puts the figures into `{name}`; none where a figure is not there.
fn fill(template: &str, verdict: &Verdict, language: Language) -> Option<String> {
    let mut sentence = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        sentence.push_str(before);
        if name == "place" {
            sentence.push_str(&verdict.place.label(language));
        } else {
            let figure = verdict
                .figures
                .iter()
                .find(|figure| figure.name.as_str() == name)?;
            sentence.push_str(&shown(figure, language));
        }
        rest = after;
    }
    sentence.push_str(rest);
    Some(sentence)
}

fn list(verdict: &Verdict, language: Language) -> String {
    let figures: Vec<String> = verdict
        .figures
        .iter()
        .map(|figure| format!("{} {}", figure.name.label(language), shown(figure, language)))
        .collect();
    let (place, outcome) = (verdict.place.label(language), verdict.outcome.label(language));
    match language {
        Language::Zh => format!("{place}：{outcome}（{}）{}。", verdict.rule, figures.join("，")),
        Language::En => format!("{place}: {outcome} ({}) {}.", verdict.rule, figures.join(", ")),
    }
}

/// A figure as people read it: the fixed words that rules put into figures are translated, everything else is a number
/// or was written by people.
fn shown(figure: &Figure, language: Language) -> String {
    let FigureValue::Text(text) = &figure.value else {
        return figure.to_string();
    };
    if let Ok(state) = text.parse::<SealState>() {
        return state.label(language).to_owned();
    }
    if let Ok(reference) = text.parse::<ClockReference>() {
        return reference.label(language).to_owned();
    }
    let (zh, en) = match text.as_str() {
        // Marks that only choose a sentence.
        "load_present" | "mocked" => ("", ""),
        "ct_ratio" => ("电流互感器变比", "the CT ratio"),
        "pt_ratio" => ("电压互感器变比", "the PT ratio"),
        "load_too_low" => ("负荷过低", "the load is too low"),
        "power_factor_too_low" => ("功率因数过低", "the power factor is too low"),
        "load_above_imax" => ("负荷超过最大电流", "the load is above the maximum current"),
        "reference_too_weak" => ("标准表应高两个等级", "the standard must be two classes better"),
        "class_unknown" => ("等级不明", "class unknown"),
        "no_limit" => ("限值表无此负荷点", "the limit table has no such load point"),
        "factory_no" => ("出厂编号", "factory number"),
        "maker" => ("制造厂", "maker"),
        "model" => ("型号", "model"),
        "phase_wire" => ("相线", "phases and wires"),
        "connection" => ("接入方式", "connection"),
        "rated_voltage" => ("额定电压", "rated voltage"),
        "current" => ("电流规格", "current rating"),
        "accuracy_class" => ("准确度等级", "accuracy class"),
        "constant_imp_per_kwh" => ("脉冲常数", "pulse constant"),
        "single_phase" => ("单相", "single phase"),
        "three_phase_three_wire" => ("三相三线", "three-phase three-wire"),
        "three_phase_four_wire" => ("三相四线", "three-phase four-wire"),
        "direct" => ("直接接入", "direct"),
        "via_ct" => ("经电流互感器", "via CT"),
        "via_ct_pt" => ("经电流电压互感器", "via CT and PT"),
        other => return other.to_owned(),
    };
    match language {
        Language::Zh => zh.to_owned(),
        Language::En => en.to_owned(),
    }
}
