//! The built-in forms and what an incomplete one lacks.

use std::collections::BTreeMap;

use jicha_domain::Language;
use jicha_domain::checklist::{Answer, AnswerKind, AnswerResult, Checklist, Gap};
use jicha_domain::id::ChecklistItemId;

use crate::build::photo_hash;

fn answer(result: AnswerResult, value: Option<&str>, note: Option<&str>) -> Answer {
    Answer {
        result,
        value: value.map(str::to_owned),
        unit: None,
        note: note.map(str::to_owned),
    }
}

pub fn routine() -> Checklist {
    Checklist::built_in_by_ref(&"JL-R@1".parse().unwrap()).unwrap()
}

pub fn complete_answers(checklist: &Checklist) -> BTreeMap<ChecklistItemId, Answer> {
    let value = |kind| match kind {
        AnswerKind::Number => Some("1"),
        AnswerKind::Text | AnswerKind::Choice => Some("正确"),
        AnswerKind::Judgement | AnswerKind::Signature => None,
    };
    let asked = checklist
        .items
        .iter()
        .filter(|item| item.answer != AnswerKind::Signature);
    asked
        .map(|item| {
            (
                item.id.clone(),
                answer(AnswerResult::Ok, value(item.answer), None),
            )
        })
        .collect()
}

#[test]
fn both_built_in_forms_are_complete() {
    let forms = Checklist::built_in();
    let shape: Vec<(String, usize, usize)> = forms
        .iter()
        .map(|form| {
            (
                form.reference().to_string(),
                form.items.len(),
                form.items.iter().filter(|i| i.photo_mandatory).count(),
            )
        })
        .collect();

    assert_eq!(
        shape,
        [("JL-R@1".to_owned(), 23, 8), ("JL-G@1".to_owned(), 22, 8)]
    );
    for item in forms.iter().flat_map(|form| &form.items) {
        assert!(
            !item.text(Language::Zh).is_empty() && !item.text(Language::En).is_empty(),
            "{}",
            item.id
        );
        assert_eq!(
            item.answer == AnswerKind::Choice,
            !item.choices.is_empty(),
            "{}",
            item.id
        );
    }
}

#[test]
fn every_item_needs_an_answer_and_the_signature_is_no_item() {
    let form = routine();

    assert_eq!(form.missing(&BTreeMap::new()).len(), 22);
    assert!(form.missing(&complete_answers(&form)).is_empty());
}

#[test]
fn not_applicable_without_a_reason_is_no_answer() {
    let form = routine();
    let id: ChecklistItemId = "JL-R-14".parse().unwrap();
    let mut answers = complete_answers(&form);

    answers.insert(id.clone(), answer(AnswerResult::NotApplicable, None, Some("  ")));
    assert_eq!(form.missing(&answers), [(id.clone(), Gap::NoReason)]);

    answers.insert(
        id,
        answer(AnswerResult::NotApplicable, None, Some("直接接入，无互感器")),
    );
    assert!(form.missing(&answers).is_empty());
}

#[test]
fn a_number_must_be_one() {
    let form = routine();
    let id: ChecklistItemId = "JL-R-08".parse().unwrap();
    let mut answers = complete_answers(&form);

    answers.insert(id.clone(), answer(AnswerResult::Ok, None, None));
    assert_eq!(form.missing(&answers), [(id.clone(), Gap::NoValue)]);
    answers.insert(id.clone(), answer(AnswerResult::Ok, Some("很快"), None));
    assert_eq!(form.missing(&answers), [(id, Gap::NotANumber)]);
}

#[test]
fn a_mandatory_photo_is_missed_only_where_the_item_applies() {
    let form = routine();
    let id: ChecklistItemId = "JL-R-01".parse().unwrap();
    let mut answers = complete_answers(&form);

    let missing = form.missing_with_photos(&answers, &BTreeMap::from([(id.clone(), photo_hash(1))]));
    assert_eq!(missing.len(), 7);
    assert!(
        missing
            .iter()
            .all(|(missing_id, gap)| *gap == Gap::NoPhoto && missing_id != &id)
    );

    answers.insert(
        "JL-R-14".parse().unwrap(),
        answer(AnswerResult::NotApplicable, None, Some("无互感器")),
    );
    assert_eq!(
        form.missing_with_photos(&answers, &BTreeMap::from([(id, photo_hash(1))]))
            .len(),
        6
    );
}

#[test]
fn a_form_with_one_item_twice_is_refused() {
    let text = r#"
        code = "X"
        version = 1
        title_zh = "x"
        title_en = "x"
        [[item]]
        id = "X-1"
        text_zh = "x"
        text_en = "x"
        answer = "judgement"
        [[item]]
        id = "X-1"
        text_zh = "x"
        text_en = "x"
        answer = "judgement"
    "#;
    let error = Checklist::from_toml("x.toml", text).unwrap_err();

    assert_eq!(error.to_string(), "the checklist x.toml has the item X-1 twice");
}
