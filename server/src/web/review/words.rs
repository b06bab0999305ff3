//! What the scripts of the review page say, in both languages.

use jicha_domain::Language;

const WORDS: &[(&str, &str, &str)] = &[
    ("to_review", "待审核", "To review"),
    ("nothing", "没有待审核的照片", "Nothing waiting"),
    ("last_item", "上一张审核于", "last item"),
    ("nothing_here", "没有符合条件的照片", "Nothing matches"),
    (
        "own",
        "本人记录，须由他人审核",
        "Your own work: somebody else reviews it",
    ),
    ("accept", "通过", "Accept"),
    ("retake", "重拍", "Retake"),
    ("finding", "转为问题", "Finding"),
    ("comment", "评论", "Comment"),
    ("undo", "撤销", "Undo"),
    ("undone", "已撤销", "Undone"),
    ("zoom", "缩放 100 %", "Zoom 100 %"),
    ("rotate_left", "向左旋转", "Rotate left"),
    ("rotate_right", "向右旋转", "Rotate right"),
    ("darker", "调暗", "Darker"),
    ("brighter", "调亮", "Brighter"),
    ("contrast", "对比度", "Contrast"),
    ("loupe", "放大镜", "Loupe"),
    ("compare", "并排比较", "Compare"),
    ("help", "帮助", "Help"),
    ("close", "关闭", "Close"),
    ("next", "下一张", "Next"),
    ("previous", "上一张", "Previous"),
    ("select", "选择", "Select"),
    ("accept_selection", "通过所选", "Accept selection"),
    ("selected", "已选", "selected"),
    ("reason", "重拍原因", "Why must it be taken again?"),
    (
        "words",
        "给检查员的话（可不填）",
        "Words to the inspector (optional)",
    ),
    (
        "words_needed",
        "选“其他”时请写明原因",
        "Say it in words for “Other”",
    ),
    ("send", "确定", "Send"),
    ("cancel", "取消", "Cancel"),
    ("title", "标题", "Title"),
    ("category", "类别", "Category"),
    ("severity", "严重程度", "Severity"),
    ("description", "说明", "Description"),
    ("remedy", "整改要求", "Remedy"),
    ("registers", "示数", "Readings"),
    ("before", "上次", "Before"),
    ("typed", "本次录入", "Typed"),
    ("energy", "电量", "Energy"),
    ("multiplier", "倍率", "Multiplier"),
    ("plate", "铭牌：现场与台账", "Nameplate: site and ledger"),
    ("ledger", "台账", "Ledger"),
    ("found", "现场", "On site"),
    ("differs", "不一致", "differs"),
    ("rules", "规则提示", "What the rules say"),
    ("rules_fine", "规则没有疑问", "The rules have no doubts"),
    ("map", "位置", "Place"),
    ("point", "计量点", "Metering point"),
    ("photo", "照片", "Photo"),
    ("visit", "检查地点", "Inspection"),
    ("neighbour", "相邻计量点", "Neighbour"),
    ("from_point", "距计量点", "from the metering point"),
    ("times", "时间线", "Time line"),
    ("started", "开始", "Started"),
    ("arrived", "到达", "Arrived"),
    ("taken", "拍摄", "Taken"),
    ("attached", "加入记录", "Attached"),
    ("signed", "签名", "Signed"),
    ("received", "服务器收到", "Received here"),
    ("judged", "审核", "Reviewed"),
    ("passport", "照片护照", "Passport"),
    ("near", "相似照片", "Looks like"),
    ("same_file", "同一文件", "the same file"),
    ("bits", "位不同", "bits differ"),
    ("comments", "评论", "Comments"),
    ("no_comments", "还没有评论", "No comments yet"),
    ("verdict", "结论", "Verdict"),
    ("on_phone", "还在手机上：", "On the phone of "),
    ("seen", "最近联系", "last seen"),
    ("refused", "文件被拒收：", "The bytes were refused: "),
    ("ask_again", "可要求重拍", "Ask for a retake"),
    ("missing_shot", "缺", "missing"),
    ("looking", "正在查看", "is looking at it"),
    (
        "lost",
        "连接已断开，重试倒计时（秒）：",
        "Connection lost, trying again in seconds: ",
    ),
    ("live", "实时", "Live"),
    ("judged_by_other", "他人已先作出结论", "Somebody else was faster"),
    ("overrule", "仍用我的结论", "Put mine in its place"),
    ("keep_theirs", "保留对方结论", "Keep theirs"),
    ("failed", "没有成功", "That did not work"),
    ("open_inspection", "打开检查记录", "Open the inspection"),
    ("previous_photo", "上次检查照片", "Photo of the last visit"),
    ("agreement", "双人一致率", "Agreement of two reviewers"),
    ("pairs", "对", "pairs"),
    ("more", "更多", "More"),
    ("done", "完成", "done"),
    (
        "nothing_to_compare",
        "没有可比较的照片",
        "Nothing to compare with",
    ),
    ("position_lost", "没有位置", "No position"),
    ("north", "北", "N"),
    ("fit", "适合窗口", "Fit"),
];

/// The words of a language by their names.
pub(super) fn of(language: Language) -> serde_json::Map<String, serde_json::Value> {
    let pick = |(name, zh, en): &(&str, &str, &str)| {
        let text = match language {
            Language::Zh => zh,
            Language::En => en,
        };
        ((*name).to_owned(), serde_json::json!(text))
    };
    WORDS.iter().map(pick).collect()
}

#[cfg(test)]
mod tests {
    use super::WORDS;

    #[test]
    fn every_word_of_the_scripts_is_here_in_both_languages() {
        let scripts = [
            include_str!("../../../assets/review.js"),
            include_str!("../../../assets/review-side.js"),
            include_str!("../../../assets/review-viewer.js"),
        ];
        for script in scripts {
            for (at, _) in script.match_indices("t.") {
                let before = script[..at].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.') {
                    continue;
                }
                let name: String = script[at + 2..]
                    .chars()
                    .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                    .collect();
                let known = WORDS.iter().any(|(known, _, _)| *known == name);
                assert!(known || name.is_empty(), "{name} is said and not known");
            }
        }
        for (name, zh, en) in WORDS {
            assert!(
                !zh.is_ascii() && en.trim_matches(['“', '”']).chars().any(|c| c.is_ascii()),
                "{name}"
            );
        }
    }
}
