//! Every word that a page says, in both languages, in one place. A word that one language lacks does not compile.

use jicha_domain::Language;

macro_rules! texts {
    ($( $name:ident: $zh:literal, $en:literal; )+) => {
        /// The words of one language.
        #[derive(Debug)]
        pub(crate) struct Texts { $( pub(crate) $name: &'static str, )+ }

        const ZH: Texts = Texts { $( $name: $zh, )+ };
        const EN: Texts = Texts { $( $name: $en, )+ };

        /// Every word with its name, for the test of completeness.
        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[ $( (stringify!($name), $zh, $en), )+ ];
    };
}

texts! {
    product: "稽查", "Jicha";
    menu: "主菜单", "Main menu";
    skip_to_content: "跳到正文", "Skip to content";
    to_start: "回到首页", "To the start page";
    back: "返回", "Back";
    all: "全部", "All";
    request_id: "请求编号", "Request id";

    sign_in: "登录", "Sign in";
    sign_in_lead: "用电现场稽查：查看、审核离线采集的检查记录。", "Field inspection of electricity meters: see and review what was recorded offline.";
    sign_out: "退出", "Sign out";
    login: "登录名", "Login";
    password: "密码", "Password";
    wait_seconds: "尝试次数太多，请稍候再试。需等待的秒数：", "Too many attempts. Seconds to wait:";

    change_password: "修改密码", "Change password";
    first_password_lead: "您用的是一次性密码，请先设置自己的密码。", "You signed in with a one-time password. Choose your own now.";
    change_password_lead: "修改后，其他浏览器上的登录会失效。", "Changing it signs you out of every other browser.";
    old_password: "原密码", "Present password";
    new_password: "新密码", "New password";
    new_password_again: "再输一次新密码", "New password once more";
    password_rule: "至少 10 个字符；越长越好，一句话也可以。", "At least 10 characters. Longer is better; a sentence is fine.";
    passwords_differ: "两次输入的新密码不一致。", "The two new passwords differ.";
    old_password_wrong: "原密码不对。", "The present password is wrong.";
    password_unsuitable: "新密码不合要求：至少 10 个字符，且不能与原密码相同。", "The new password does not fit: at least 10 characters, and not the old one.";

    inspections: "检查记录", "Inspections";
    review: "照片审核", "Review";
    specialty: "专业", "Specialty";
    task: "任务", "Task";
    flag: "标记", "Flag";
    needs_script: "审核页需要启用脚本。", "The review page needs scripts to be allowed.";
    connection_lost: "连接已断开", "Connection lost";
    metering_point: "计量点", "Metering point";
    unit: "单位", "Unit";
    inspector: "检查员", "Inspector";
    started: "开始时间", "Started";
    state: "状态", "State";
    attention: "提示", "Attention";
    only_with: "只看有", "Only with";
    since: "起始日期", "Since";
    filter: "筛选", "Filter";
    clear: "清除", "Clear";
    pages: "翻页", "Pages";
    newest: "最新", "Newest";
    older: "更早的", "Older";
    no_older: "没有更早的记录", "Nothing older";
    no_inspections: "还没有检查记录", "No inspections yet";
    no_inspections_hint: "检查员的手机联网同步后，记录会出现在这里。", "They appear here as soon as an inspector's phone has synced.";
    no_match: "没有符合条件的记录", "Nothing matches";
    no_match_hint: "换个条件，或清除筛选。", "Try other conditions, or clear the filter.";

    overview: "概况", "Overview";
    number: "编号", "Number";
    kind: "类型", "Kind";
    class: "计量装置类别", "Class";
    area: "台区", "Transformer area";
    address: "地址", "Address";
    customer_no: "户号", "Customer number";
    capacity: "合同容量", "Contracted capacity";
    access: "到达难度", "Access";
    dimension: "稽查类型", "Audit";
    arrived: "到达时间", "Arrived";
    finished: "完成时间", "Finished";
    place: "检查地点", "Place";
    distance: "距台账位置", "From the ledger's place";
    mocked: "位置可能被模拟", "Position may be faked";

    registers: "示数", "Registers";
    register: "计数器", "Register";
    previous: "上次", "Previous";
    reading: "本次", "Reading";
    difference: "差值", "Difference";
    energy: "电量", "Energy";
    multiplier: "倍率", "Multiplier";
    attempt: "第几次", "Reading no.";
    nothing_recorded: "没有记录", "Nothing recorded";
    read_at: "抄录时间", "Read at";
    source: "来源", "Source";
    doubted_by: "录入时存疑：", "Doubted when entered:";
    verdicts: "核查结论", "Verdicts";

    nameplate: "铭牌", "Nameplate";
    item: "项目", "Item";
    ledger: "台账", "Ledger";
    found: "现场", "Found";
    differs: "不一致", "Differs";
    plate_not_seen: "现场没有登记铭牌。", "The plate was not recorded on site.";
    asset_no: "资产编号", "Asset number";
    factory_no: "出厂编号", "Factory number";
    maker: "制造厂", "Maker";
    model: "型号", "Model";
    phase_wire: "相线", "Phases and wires";
    connection: "接入方式", "Connection";
    voltage: "额定电压", "Rated voltage";
    current: "电流", "Current";
    accuracy: "准确度等级", "Accuracy class";
    constant: "常数", "Constant";
    ct_ratio: "CT 变比", "CT ratio";
    pt_ratio: "PT 变比", "PT ratio";
    digits: "表位", "Digits";

    seals: "封印", "Seals";
    seal_place: "位置", "Place";
    seal_number: "号码", "Number";
    seal_expected: "应为", "Expected";
    seal_new: "新封", "New seal";
    wiring: "接线", "Wiring";
    phase: "相", "Phase";
    measured_voltage: "电压 V", "Voltage V";
    measured_current: "电流 A", "Current A";
    angle: "U–I 相位角 °", "Angle U–I °";
    voltage_angle: "电压相位角 °", "Angle of U °";
    power: "有功功率 kW", "Active power kW";
    error_tests: "现场误差", "Error tests";
    load: "负荷 %", "Load %";
    power_factor: "功率因数", "Power factor";
    error_percent: "误差 %", "Error %";
    reference: "标准表", "Reference";
    not_measured: "未测", "Not measured";
    clock: "时钟", "Clock";
    meter_clock: "电能表显示", "Meter showed";
    reference_clock: "参考时间", "Reference";
    deviation: "偏差", "Deviation";
    answers: "检查项", "Checklist answers";
    result: "结果", "Result";
    answer_value: "数值或内容", "Value";
    remark: "说明", "Remark";
    note: "备注", "Note";

    findings: "问题", "Findings";
    category: "类别", "Category";
    clause: "依据条款", "Clause";
    responsible: "责任单位", "Responsible unit";
    remedy: "整改要求", "Remedy";
    on_the_spot: "当场指出", "Pointed out on the spot";
    fixed_on_the_spot: "当场整改", "Fixed on the spot";
    yes: "是", "Yes";

    photos: "照片", "Photos";
    no_photos: "没有照片", "No photos";
    photo_on_phone: "在手机上，尚未上传", "On the phone, not yet here";
    signatures: "签名", "Signatures";
    no_signatures: "还没有签名", "Not signed yet";
    refused: "拒签", "Refused";

    doubts: "存疑", "Doubts";
    conflicts: "冲突", "Conflicts";
    conflicts_lead: "两台设备在离线时对同一项写了不同的值。两个值都保留，由有权限的人裁定。", "Two devices wrote different values for one thing while offline. Both are kept; a person settles it.";
    shown_meanwhile: "裁定前显示此值", "Shown until settled";
    history: "修改历史", "History";
    changes: "处修改", "changes";

    people: "人员与设备", "People and devices";
    name: "姓名", "Name";
    role: "角色", "Role";
    roles: "角色", "Roles";
    add_role: "增加角色", "Add a role";
    remove_role: "收回角色", "Take the role back";
    add_person: "添加人员", "Add a person";
    lock_person: "锁定人员", "Lock person";
    unlock_person: "解锁人员", "Unlock person";
    lock_device: "锁定", "Lock";
    unlock_device: "解锁", "Unlock";
    locked: "已锁定", "Locked";
    enrol_device: "注册新设备", "Enrol a device";
    no_devices: "没有设备", "No devices";
    my_devices: "我的设备", "My devices";
    enrolled: "注册于", "Enrolled";
    last_seen: "最近联系", "Last seen";
    person_added: "已添加。一次性密码（只显示这一次）：", "Added. One-time password (shown only now):";

    enrolment_code: "设备注册码", "Enrolment code";
    scan_lead: "用手机上的稽查应用扫描，或输入注册码：", "Scan it with the Jicha app on the phone, or type the code:";
    qr_alt: "设备注册二维码", "QR code for enrolling a device";
    code_ends: "一次有效，截止", "Works once, until";
    enrol_title: "注册这台设备", "Enrol this device";
    enrol_lead: "这是稽查系统的设备注册地址。请在应用里打开，而不是在浏览器里。", "This is an enrolment address of Jicha. Open it in the app, not in the browser.";
    enrol_step_1: "在手机上打开稽查应用。", "Open the Jicha app on this phone.";
    enrol_step_2: "选择“注册”，再次扫描二维码，或输入下面的注册码。", "Choose “Enrol” and scan the QR code again, or type the code below.";
    enrol_step_3: "注册码只能用一次，过期后请向管理员再要一个。", "A code works once. If it has expired, ask your administrator for another.";

    quarantine: "隔离区", "Quarantine";
    quarantine_lead: "未被接收的修改保存在这里并注明原因，不会丢失。", "Changes that were not admitted are kept here with the reason; none is ever lost.";
    quarantine_empty: "隔离区是空的", "The quarantine is empty";
    refused_signature_invalid: "签名无效", "Signature does not fit";
    refused_signature_missing: "缺少签名", "Signature missing";
    refused_device_unknown: "设备未注册", "Device unknown";
    refused_device_locked: "设备或人员已锁定", "Device or person locked";
    refused_not_allowed: "没有权限", "Not allowed";
    refused_document_too_large: "文档太大", "Document too large";
    refused_malformed: "内容无法读取", "Not readable";
    refused_sequence_taken: "与该设备已有的修改重号", "Clashes with another change of the device";
    refused_depends_on_refused: "依赖于被拒绝的修改", "Rests on a refused change";
    reason: "原因", "Reason";
    from: "来自", "From";
    document: "文档", "Document";
    received: "收到时间", "Received";
    size: "大小", "Size";

    account: "我的账户", "My account";
}

/// The words of a language.
pub(crate) const fn texts(language: Language) -> &'static Texts {
    match language {
        Language::Zh => &ZH,
        Language::En => &EN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_said_in_both_languages() {
        for (name, zh, en) in ALL {
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{name} is empty");
            let has_han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(has_han(zh), "{name} has no Chinese");
            assert!(!has_han(en), "{name} has Chinese in its English");
        }
    }
}
