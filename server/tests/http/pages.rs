//! The pages in both languages.

use super::sample::{Sample, contested, device};
use super::server::TestServer;
use jicha_domain::rights::Role;
use jicha_server::auth::ROOT_UNIT;

#[tokio::test(flavor = "multi_thread")]
async fn an_inspection_is_read_in_both_languages() {
    let server = TestServer::start().await;
    server.unit("0503", "罗平供电公司", "county", ROOT_UNIT).await;
    let wang = server.person("wang", "王强", Role::Inspector, "0503").await;
    let (first, second) = (
        device(&server, wang, "罗平-1").await,
        device(&server, wang, "罗平-22").await,
    );
    let sample = Sample {
        number: 1,
        unit: "0503",
        point: "马湾村2号台区总表",
        inspector: wang,
        device: first,
        started_at: server.app.now(),
    };
    contested(&server, &sample, second).await;
    let li = server.client("li", Role::Supervisor, ROOT_UNIT).await;
    let path = format!("/inspections/{}", sample.id());
    let words: [(&str, &[&str]); 2] = [
        (
            "zh-CN",
            &[
                "示数",
                "冲突",
                "6410.00 kWh",
                "6140.00 kWh",
                "正向有功 总",
                "5390.00",
                "22500 kWh",
                "在手机上，尚未上传",
                "CT 变比与台账不符",
                "2026-11-24 10:12",
                "王强 · 罗平-22",
                "200/5",
            ],
        ),
        (
            "en",
            &[
                "Registers",
                "Conflicts",
                "Forward active, total",
                "On the phone, not yet here",
                "Differs",
                "Broken",
            ],
        ),
    ];
    for (language, expected) in words {
        let response = li.page(&path, language).await;
        assert_eq!(response.status(), 200);
        let page = response.text().await.unwrap();
        for word in expected {
            assert!(page.contains(word), "{language}: {word} is missing in\n{page}");
        }
    }
    let list = li.page("/inspections", "en").await.text().await.unwrap();
    assert!(
        list.contains(&path) && list.contains("Gateway meter of a transformer area"),
        "{list}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_says_so_and_a_filter_that_matches_nothing_says_that() {
    let server = TestServer::start().await;
    let li = server.client("li", Role::Supervisor, ROOT_UNIT).await;
    assert!(
        li.page("/inspections", "en")
            .await
            .text()
            .await
            .unwrap()
            .contains("No inspections yet")
    );
    assert!(
        li.page("/inspections?state=open", "zh")
            .await
            .text()
            .await
            .unwrap()
            .contains("没有符合条件的记录")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_switch_is_remembered_and_stays_on_the_page() {
    let server = TestServer::start().await;
    let mut reader = server.stranger();
    let response = reader
        .post_form(
            "/language",
            &[("language", "en"), ("return_to", "/sign-in?next=%2Fpeople")],
        )
        .await;
    assert_eq!(response.headers()["location"], "/sign-in?next=%2Fpeople");
    reader.keep_cookie(&response);
    assert!(
        reader
            .page("/sign-in", "zh-CN")
            .await
            .text()
            .await
            .unwrap()
            .contains("<h1>Sign in</h1>")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_a_page_leads_to_the_sign_in_and_back() {
    let server = TestServer::start().await;
    let response = server.stranger().page("/inspections?state=open", "en").await;
    assert_eq!(
        response.headers()["location"],
        "/sign-in?next=/inspections%3Fstate%3Dopen"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_needs_an_inline_script_or_a_foreign_host() {
    let server = TestServer::start().await;
    let admin = server.client("admin2", Role::Administrator, ROOT_UNIT).await;
    for path in [
        "/people",
        "/quarantine",
        "/account",
        "/account/password",
        "/enrol",
    ] {
        let response = admin.page(path, "en").await;
        assert_eq!(response.status(), 200, "{path}");
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        let page = response.text().await.unwrap();
        assert!(
            !page.contains("style=") && !page.contains("<script>") && !page.contains(" onclick"),
            "{path}"
        );
        assert!(!page.contains("https://") && !page.contains("http://"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_typed_is_never_taken_for_html() {
    let server = TestServer::start().await;
    let admin = server.client("admin2", Role::Administrator, ROOT_UNIT).await;
    let form = [
        ("name", "<b>王</b>"),
        ("login", "wang"),
        ("role", "inspector"),
        ("unit", ROOT_UNIT),
    ];
    let added = admin.post_form("/people", &form).await;
    assert_eq!(added.status(), 201);
    let page = added.text().await.unwrap();
    assert!(
        page.contains("class=\"secret\"") && !page.contains("<b>王</b>"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_gets_a_qr_code_for_somebody() {
    let server = TestServer::start().await;
    let wang = server.person("wang", "王强", Role::Inspector, ROOT_UNIT).await;
    let admin = server.client("admin2", Role::Administrator, ROOT_UNIT).await;
    let response = admin
        .post_form(&format!("/people/{wang}/enrolment-code"), &[])
        .await;
    assert_eq!(response.status(), 200);
    let page = response.text().await.unwrap();
    assert!(
        page.contains("data:image/svg+xml;base64,") && page.contains("王强"),
        "{page}"
    );
}
