//! The sentences of every rule. `{name}` is a figure, `{place}` what the verdict is about. Where a rule has several
//! sentences for one outcome, the first whose figures are all there is used.

use super::Outcome::{self, Doubtful, NotEvaluable, Ok, Violated};
use super::RuleId;

/// One sentence in both languages.
pub(super) struct Template {
    pub(super) rule: RuleId,
    pub(super) outcomes: &'static [Outcome],
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
}

macro_rules! templates {
    ($( $rule:ident [$($outcome:ident),+] $zh:literal $en:literal; )+) => {
        pub(super) const TEMPLATES: &[Template] = &[$(
            Template { rule: RuleId::$rule, outcomes: &[$($outcome),+], zh: $zh, en: $en },
        )+];
    };
}

templates! {
    READING_BACKWARDS [Ok]
        "{place}：本次 {value}，上次 {previous}，走字 {difference}。"
        "{place}: {value} after {previous}, an advance of {difference}.";
    READING_BACKWARDS [Violated]
        "{place}倒走：本次 {value} 小于上次 {previous}（差 {difference}），且不能以满码归零解释；请复抄并拍照。"
        "{place} runs backwards: {value} is less than {previous} last time ({difference}), and no rollover explains it; read it again with a photo.";
    READING_BACKWARDS [NotEvaluable]
        "{place}：本次 {value} 与上次 {previous} 的差超出可计算范围。"
        "{place}: the difference of {value} and {previous} is beyond what can be calculated.";
    READING_ROLLOVER [Ok]
        "{place}满码归零：上次 {previous}，表位上限 {register_width}，本次 {value}，走字 {difference}。"
        "{place} rolled over: from {previous} past {register_width} to {value}, an advance of {difference}.";
    READING_ROLLOVER [Doubtful]
        "{place}可能满码归零：上次 {previous}，表位上限 {register_width}，本次 {value}，走字 {difference}；合同容量或时间不明，请复抄。"
        "{place} may have rolled over: from {previous} past {register_width} to {value}, an advance of {difference}; capacity or time is unknown, so read it again.";
    READING_TOO_WIDE [Violated]
        "{place}：{value} 超出表位（上限 {register_width}）。"
        "{place}: {value} does not fit into the register, which ends below {register_width}.";
    READING_OVER_CAPACITY [Ok]
        "{place}：电量 {energy}（倍率 {multiplier}）未超过 {capacity} × {hours} = {limit}。"
        "{place}: energy of {energy} (multiplier {multiplier}) is within {capacity} × {hours} = {limit}.";
    READING_OVER_CAPACITY [Doubtful]
        "{place}：电量 {energy}（倍率 {multiplier}）接近上限，超过 {capacity} × {hours} × {factor} = {limit}；请复抄。"
        "{place}: energy of {energy} (multiplier {multiplier}) is close to the most there can be, above {capacity} × {hours} × {factor} = {limit}; read it again.";
    READING_OVER_CAPACITY [Violated]
        "{place}：电量 {energy}（倍率 {multiplier}）超过合同容量可能用量 {capacity} × {hours} × {factor} = {limit}。"
        "{place}: energy of {energy} (multiplier {multiplier}) is more than the contract allows: {capacity} × {hours} × {factor} = {limit}.";
    READING_OVER_IMAX [Ok]
        "{place}：走字 {difference} 未超过电能表最大电流 {current}、{voltage}、{hours} 可通过的 {limit}。"
        "{place}: an advance of {difference} is within the {limit} that {current} at {voltage} can pass in {hours}.";
    READING_OVER_IMAX [Violated]
        "{place}：走字 {difference} 超过电能表最大电流 {current}、{voltage}、{hours} 可通过的 {limit}（系数 {factor}）。"
        "{place}: an advance of {difference} is more than the {limit} that {current} at {voltage} can pass in {hours} (factor {factor}).";
    READING_UNCHANGED [Ok]
        "{place}：与上次相同（{value}），已 {count} 个周期未走字。"
        "{place}: the same as last time ({value}), without use for {count} period(s).";
    READING_UNCHANGED [Doubtful]
        "{place}：现场有电流，但示数与上次完全相同（{value}）{detail}。"
        "{place}: a current flows, but the reading is the same as last time ({value}){detail}.";
    READING_UNCHANGED [Doubtful]
        "{place}：示数 {value} 已连续 {count} 个周期未变（{limit} 个周期起存疑）。"
        "{place}: {value} has not changed for {count} periods (doubtful from {limit} on).";
    READING_JUMP [Ok]
        "{place}：电量 {energy}，按前 {count} 个周期均值预计 {expected}。"
        "{place}: energy of {energy}; the mean of {count} earlier period(s) lets expect {expected}.";
    READING_JUMP [Doubtful]
        "{place}：电量 {energy} 与按前 {count} 个周期均值预计的 {expected} 相差 {deviation}；请复抄。"
        "{place}: energy of {energy} is {deviation} off the {expected} that the mean of {count} earlier period(s) lets expect; read it again.";
    READING_JUMP [Doubtful]
        "{place}：电量 {energy}，而前 {count} 个周期没有用电；请复抄。"
        "{place}: energy of {energy}, after {count} earlier period(s) without any; read it again.";
    READING_DECIMALS_LOST [Doubtful]
        "{place}：{value} 可能漏了小数点，若为 {expected} 则与上次 {previous} 相符。"
        "{place}: {value} may lack its decimal point; {expected} would fit the {previous} of last time.";
    READING_TARIFF_SUM [Ok]
        "{place}：总 {value}，{count} 个费率合计 {sum}，差 {deviation}，在 {limit} 以内。"
        "{place}: total {value}, sum of {count} rates {sum}, difference {deviation}, within {limit}.";
    READING_TARIFF_SUM [Violated]
        "{place}：总 {value} 与 {count} 个费率合计 {sum} 相差 {deviation}，超过 {limit}。"
        "{place}: total {value} and the sum {sum} of {count} rates differ by {deviation}, more than {limit}.";
    READING_TARIFF_SUM [NotEvaluable]
        "{place}：应有 {count_expected} 个费率，只抄录了 {count} 个，无法核对合计。"
        "{place}: only {count} of {count_expected} rates were read, so the sum can't be checked.";
    READING_DATE [Violated]
        "{place}：抄表时间 {time} 早于上次 {time_previous}。"
        "{place}: read at {time}, before the last reading at {time_previous}.";
    READING_REPEATED [Ok]
        "{place}：复抄 {value}，前次 {previous}，一致。"
        "{place}: {value} agrees with {previous} read before.";
    READING_REPEATED [Violated]
        "{place}：复抄 {value} 小于前次 {previous}，两次矛盾。"
        "{place}: {value} is less than {previous} read before on the same visit.";
    DEMAND_OVER_CAPACITY [Ok]
        "{place}：最大需量 {power} 未超过合同容量 {capacity}。"
        "{place}: maximum demand of {power} is within the contracted {capacity}.";
    DEMAND_OVER_CAPACITY [Doubtful]
        "{place}：最大需量 {power}（{value} × {multiplier}）超过合同容量 {capacity}。"
        "{place}: maximum demand of {power} ({value} × {multiplier}) is above the contracted {capacity}.";
    DEMAND_OVER_CAPACITY [Violated]
        "{place}：最大需量 {power}（{value} × {multiplier}）超过合同容量 {capacity} 的 {factor} 倍。"
        "{place}: maximum demand of {power} ({value} × {multiplier}) is above {factor} times the contracted {capacity}.";
    MULTIPLIER_LEDGER [Ok]
        "台账倍率 {ledger} 与台账变比 {detail} 相符。"
        "The ledger's multiplier {ledger} agrees with its ratios {detail}.";
    MULTIPLIER_LEDGER [Violated]
        "台账倍率 {ledger} 与台账变比 {detail} = {site} 不符。"
        "The ledger's multiplier {ledger} is not what its ratios give: {detail} = {site}.";
    MULTIPLIER_LEDGER [Violated]
        "台账倍率 {ledger} 与台账变比 {detail} 不符，且变比乘积无意义。"
        "The ledger's multiplier {ledger} does not agree with its ratios {detail}, whose product makes no sense.";
    MULTIPLIER_SITE [Ok]
        "台账倍率 {ledger} 与现场铭牌 {detail} = {site} 相符。"
        "The ledger's multiplier {ledger} agrees with the plates on site: {detail} = {site}.";
    MULTIPLIER_SITE [Violated]
        "台账倍率 {ledger} 与现场铭牌 {detail} = {site} 不符。"
        "The ledger's multiplier {ledger} is not what the plates on site give: {detail} = {site}.";
    MULTIPLIER_SITE [Violated]
        "台账倍率 {ledger} 与现场铭牌 {detail} 不符，且变比乘积无意义。"
        "The ledger's multiplier {ledger} does not agree with the plates on site {detail}, whose product makes no sense.";
    MULTIPLIER_SITE [NotEvaluable]
        "台账倍率 {ledger}，现场未抄录{lacking}，无法核对。"
        "The ledger's multiplier is {ledger}, but {lacking} was not read on site, so it can't be checked.";
    ASSET_NO [Ok]
        "资产编号 {site} 与台账一致。"
        "The asset number {site} is that of the ledger.";
    ASSET_NO [Violated]
        "现场资产编号 {site} 与台账 {ledger} 不符。"
        "The asset number on site is {site}, but {ledger} in the ledger.";
    NAMEPLATE [Violated]
        "{detail}不符：现场 {site}，台账 {ledger}。"
        "The {detail} differs: {site} on site, {ledger} in the ledger.";
    ERROR_LIMIT [Ok]
        "{place}：误差 {value}，在 {class} 级 {load}、cosφ {power_factor} 的限值 ±{limit} 以内。"
        "{place}: error of {value} is within ±{limit}, the limit of class {class} at {load} load and power factor {power_factor}.";
    ERROR_LIMIT [Violated]
        "{place}：误差 {value}，超过 {class} 级 {load}、cosφ {power_factor} 的限值 ±{limit}。"
        "{place}: error of {value} is beyond ±{limit}, the limit of class {class} at {load} load and power factor {power_factor}.";
    ERROR_LIMIT [NotEvaluable]
        "{place}：误差 {value} 不作判断（{load}、cosφ {power_factor}），原因：{lacking}，{detail}。"
        "{place}: the error of {value} at {load} load and power factor {power_factor} is not judged: {lacking} ({detail}).";
    ERROR_LIMIT [NotEvaluable]
        "{place}：误差 {value} 不作判断（{load}、cosφ {power_factor}），原因：{lacking}，界限 {limit}。"
        "{place}: the error of {value} at {load} load and power factor {power_factor} is not judged: {lacking} (bound: {limit}).";
    ERROR_LIMIT [NotEvaluable]
        "{place}：误差 {value} 不作判断（{load}、cosφ {power_factor}），原因：{lacking}。"
        "{place}: the error of {value} at {load} load and power factor {power_factor} is not judged: {lacking}.";
    CLOCK_DEVIATION [Ok]
        "时钟偏差 {deviation}，不超过 {limit}（对照：{detail}）。"
        "The clock is off by {deviation}, within {limit} (against: {detail}).";
    CLOCK_DEVIATION [Doubtful]
        "时钟偏差 {deviation}，超过 {limit}，但仅与{detail}对照，请以可靠时间复核。"
        "The clock is off by {deviation}, more than {limit}, but only against the {detail}; compare it with a better one.";
    CLOCK_DEVIATION [Violated]
        "时钟偏差 {deviation}，超过 {limit}（对照：{detail}）。"
        "The clock is off by {deviation}, more than {limit} (against: {detail}).";
    VOLTAGE_BAND [Ok]
        "{place}电压 {value}，在 {limit_low} 至 {limit} 之间。"
        "Voltage of {place} is {value}, between {limit_low} and {limit}.";
    VOLTAGE_BAND [Violated]
        "{place}电压 {value}，不在 {limit_low} 至 {limit} 之间。"
        "Voltage of {place} is {value}, not between {limit_low} and {limit}.";
    PHASE_MISSING [Ok]
        "{place}电压 {voltage} 正常（不低于 {limit}）。"
        "{place} has a voltage of {voltage} (at least {limit}).";
    PHASE_MISSING [Violated]
        "{place}失压：{voltage} 低于 {limit}。"
        "{place} has lost its voltage: {voltage} is below {limit}.";
    PHASE_MISSING [Doubtful]
        "{place}电流 {current} 低于其他相的 5 %（{limit}），可能失流或该相无负荷。"
        "{place} carries {current}, below {limit}: its current is lost, or it has no load.";
    PHASE_SEQUENCE [Ok]
        "相序正确：电压依次滞后 {angle}、{value}。"
        "Phase sequence is right: the voltages lag by {angle} and {value}.";
    PHASE_SEQUENCE [Ok]
        "相序正确：第二元件电压滞后 {value}。"
        "Phase sequence is right: the second element's voltage lags by {value}.";
    PHASE_SEQUENCE [Violated]
        "逆相序：电压依次滞后 {angle}、{value}。"
        "Phase sequence is reversed: the voltages lag by {angle} and {value}.";
    PHASE_SEQUENCE [Violated]
        "逆相序：第二元件电压滞后 {value}。"
        "Phase sequence is reversed: the second element's voltage lags by {value}.";
    PHASE_SEQUENCE [Doubtful]
        "电压相角 {angle}、{value} 既非正相序也非逆相序（允差 {limit}）。"
        "Voltage angles of {angle} and {value} are neither right nor reversed sequence (within {limit}).";
    PHASE_SEQUENCE [Doubtful]
        "第二元件电压相角 {value} 既非正相序也非逆相序（允差 {limit}）。"
        "The second element's voltage angle of {value} is neither right nor reversed sequence (within {limit}).";
    POWER_DIRECTION [Ok]
        "{place}潮流正向（相位角 {angle}）。"
        "Power of {place} flows forward (angle {angle}).";
    POWER_DIRECTION [Doubtful]
        "{place}潮流反向（相位角 {angle}）：可能上网，也可能电流反接。"
        "Power of {place} flows backwards (angle {angle}): fed in, or a reversed CT.";
    POWER_DIRECTION [Violated]
        "{place}潮流反向（相位角 {angle}），而其他相正向：电流互感器极性可能接反。"
        "Power of {place} flows backwards (angle {angle}) and that of others forward: its CT may be reversed.";
    CORRECTION_COEFFICIENT [Ok]
        "各元件接线正常，更正系数 K = {coefficient}。"
        "All elements are wired right: correction coefficient K = {coefficient}.";
    CORRECTION_COEFFICIENT [Violated]
        "{count} 相电流反接、{count_expected} 相失压：对称负荷下只计量 {value}，更正系数 K = {coefficient}。"
        "{count} current(s) reversed, {count_expected} voltage(s) lost: of a balanced load {value} is metered, correction coefficient K = {coefficient}.";
    CORRECTION_COEFFICIENT [Doubtful]
        "{count} 相潮流反向：若非上网而是电流反接，对称负荷下只计量 {value}，更正系数 K = {coefficient}。"
        "Power flows backwards in {count} phase(s): if that is a reversed CT and not fed in, {value} of a balanced load is metered, correction coefficient K = {coefficient}.";
    CORRECTION_COEFFICIENT [Violated]
        "{count} 相电流反接、{count_expected} 相失压：对称负荷下计量 {value}，无法计算更正系数。"
        "{count} current(s) reversed, {count_expected} voltage(s) lost: of a balanced load {value} is metered, and no correction coefficient exists.";
    SEAL [Ok]
        "{place}：{detail}，号码 {site}。"
        "Seal at {place}: {detail}, number {site}.";
    SEAL [Ok]
        "{place}：{detail}。"
        "Seal at {place}: {detail}.";
    SEAL [Doubtful]
        "{place}：{detail}，但未抄录号码（台账 {ledger}）。"
        "Seal at {place}: {detail}, but its number was not read (ledger: {ledger}).";
    SEAL [Violated]
        "{place}：{detail}，现场 {site}，台账 {ledger}。"
        "Seal at {place}: {detail}, {site} on site, {ledger} in the ledger.";
    SEAL [Violated]
        "{place}：{detail}（台账 {ledger}）。"
        "Seal at {place}: {detail} (ledger: {ledger}).";
    SEAL [Violated]
        "{place}：{detail}。"
        "Seal at {place}: {detail}.";
    TEST_INTERVAL [Ok]
        "{class} 类计量点上次检验 {time_previous}，周期 {limit} 个月，有效至 {time}。"
        "A point of class {class}, last tested on {time_previous}, is due every {limit} months: next by {time}.";
    TEST_INTERVAL [Violated]
        "{class} 类计量点上次检验 {time_previous}，周期 {limit} 个月，已于 {time} 到期。"
        "A point of class {class}, last tested on {time_previous}, is due every {limit} months: overdue since {time}.";
    PLACE [Doubtful]
        "定位由程序模拟，距台账位置 {distance}{detail}。"
        "The position was made up by a program; it is {distance} from the ledger's place{detail}.";
    PLACE [Ok]
        "距台账位置 {distance}，在 {limit} 以内。"
        "{distance} from the ledger's place, within {limit}.";
    PLACE [Doubtful]
        "距台账位置 {distance}，超过 {limit}。"
        "{distance} from the ledger's place, more than {limit}.";
    PHOTO_BLURRED [Ok]
        "照片清晰：清晰度 {value}，不低于 {limit}。"
        "The photo is sharp: {value}, at least {limit}.";
    PHOTO_BLURRED [Doubtful]
        "照片模糊：清晰度 {value}，低于 {limit}；请对焦后重拍。"
        "The photo is blurred: sharpness of {value}, below {limit}; focus and take it again.";
    PHOTO_TOO_DARK [Ok]
        "照片亮度 {value}，不低于 {limit}。"
        "The photo's brightness is {value}, at least {limit}.";
    PHOTO_TOO_DARK [Doubtful]
        "照片过暗：平均亮度 {value}，低于 {limit}；请补光后重拍。"
        "The photo is too dark: mean brightness of {value}, below {limit}; light it and take it again.";
    PHOTO_TOO_DARK [Doubtful]
        "照片过暗：{share} 的画面几乎全黑，超过 {limit}；请补光后重拍。"
        "The photo is too dark: {share} of it is nearly black, more than {limit}; light it and take it again.";
    PHOTO_GLARE [Ok]
        "照片过曝部分占 {share}，不超过 {limit}。"
        "{share} of the photo is burnt out, within {limit}.";
    PHOTO_GLARE [Doubtful]
        "照片反光或过曝：{share} 的画面过亮，超过 {limit}；请换角度重拍。"
        "The photo glares: {share} of it is burnt out, more than {limit}; take it again from another angle.";
    PHOTO_USED_BEFORE [Violated]
        "同一张照片已用于“{detail}”；请现场重新拍摄。"
        "This very photo was used before, at {detail}; take a new one here.";
    PHOTO_LOOKS_LIKE_ANOTHER [Doubtful]
        "照片与“{detail}”的一张照片几乎相同（64 位中相差 {value} 位，{limit} 位以内视为相似）；请确认是现场拍摄。"
        "The photo looks like one of {detail} ({value} of 64 bits differ, alike up to {limit}); make sure that it was taken here.";
    PHOTO_FAR_FROM_POINT [Ok]
        "拍摄位置距台账位置 {distance}，在 {limit} 以内。"
        "The photo was taken {distance} from the ledger's place, within {limit}.";
    PHOTO_FAR_FROM_POINT [Doubtful]
        "拍摄位置距台账位置 {distance}，超过 {limit}。"
        "The photo was taken {distance} from the ledger's place, more than {limit}.";
    PHOTO_OUTSIDE_VISIT [Ok]
        "拍摄时间 {time}，在本次检查（{time_previous} 起）之内。"
        "The photo was taken at {time}, during the visit that began at {time_previous}.";
    PHOTO_OUTSIDE_VISIT [Doubtful]
        "拍摄时间 {time} 早于本次检查开始时间 {time_previous}。"
        "The photo was taken at {time}, before the visit began at {time_previous}.";
    PHOTO_OUTSIDE_VISIT [Doubtful]
        "拍摄时间 {time} 晚于加入记录的时间 {expected}；相机时钟可能不准。"
        "The photo was taken at {time}, after it was attached at {expected}; the camera's clock may be wrong.";
    PHOTO_POSITION_MOCKED [Ok]
        "拍摄时的定位未发现模拟。"
        "The position was not made up, as far as the system knows.";
    PHOTO_POSITION_MOCKED [Doubtful]
        "拍摄时的定位由程序模拟。"
        "The position was made up by a program.";
    PHOTO_CLOCK_MOVED [Ok]
        "手机时钟自上次查看以来变动 {deviation}，不超过 {limit}。"
        "The phone's clock was moved by {deviation} since the last look, within {limit}.";
    PHOTO_CLOCK_MOVED [Doubtful]
        "手机时钟自上次查看以来被调整了 {deviation}，超过 {limit}；请开启自动对时。"
        "The phone's clock was moved by {deviation} since the last look, more than {limit}; let it set itself.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::FigureName;
    use super::*;

    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .map(|part| part.split_once('}').unwrap().0)
            .collect()
    }

    #[test]
    fn every_rule_has_a_sentence() {
        for rule in RuleId::KNOWN {
            assert!(TEMPLATES.iter().any(|template| &template.rule == rule), "{rule}");
        }
    }

    #[test]
    fn both_languages_show_figures_that_exist() {
        for template in TEMPLATES {
            for name in placeholders(template.zh).union(&placeholders(template.en)) {
                assert!(
                    *name == "place" || name.parse::<FigureName>().is_ok(),
                    "{}: {name}",
                    template.rule
                );
            }
        }
    }

    #[test]
    fn a_later_sentence_of_the_same_rule_and_outcome_can_be_reached() {
        for (index, template) in TEMPLATES.iter().enumerate() {
            let needs = |template: &Template| {
                let mut names = placeholders(template.zh);
                names.extend(placeholders(template.en));
                names
            };
            let hidden = TEMPLATES[..index].iter().any(|earlier| {
                earlier.rule == template.rule
                    && earlier.outcomes == template.outcomes
                    && needs(earlier).is_subset(&needs(template))
            });
            assert!(!hidden, "{}: {}", template.rule, template.en);
        }
    }
}
