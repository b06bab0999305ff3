//! Signing in, its limits, and how sessions end.

use super::server::{TestServer, code_of};
use jicha_domain::rights::Role;
use jicha_server::auth::ROOT_UNIT;
use jiff::SignedDuration;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_signs_in_once_and_must_choose_a_password() {
    let server = TestServer::start().await;
    let mut admin = server.stranger();
    assert!(admin.sign_in("admin", &server.admin_password).await);
    let start = admin.page("/", "en").await;
    assert_eq!(start.headers()["location"], "/account/password");

    let form = |again: &'static str| {
        [
            ("old_password", server.admin_password.as_str()),
            ("password", "a long sentence"),
            ("password_again", again),
        ]
    };
    assert_eq!(
        admin
            .post_form("/account/password", &form("another one"))
            .await
            .status(),
        422
    );
    let changed = admin
        .post_form("/account/password", &form("a long sentence"))
        .await;
    assert_eq!(changed.status(), 303);
    let old_session = admin.clone();
    admin.keep_cookie(&changed);

    assert_eq!(admin.get("/api/people").await.status(), 200);
    assert_eq!(
        old_session.get("/api/me").await.status(),
        401,
        "other sessions end with the old password"
    );
    assert!(!server.stranger().sign_in("admin", &server.admin_password).await);
    assert!(server.stranger().sign_in("ADMIN", "a long sentence").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_an_unknown_login_and_a_locked_person_look_alike() {
    let server = TestServer::start().await;
    let li = server.person("li", "李梅", Role::Supervisor, ROOT_UNIT).await;
    let now = server.app.now();
    let mut answers = Vec::new();
    for (login, password) in [("li", "not the password"), ("nobody", "not the password")] {
        let response = server
            .stranger()
            .post_form("/sign-in", &[("login", login), ("password", password)])
            .await;
        answers.push((
            response.status(),
            response
                .text()
                .await
                .unwrap()
                .replace(&format!("value=\"{login}\""), "value=LOGIN"),
        ));
    }
    server
        .write(move |sql| jicha_server::auth::person::set_locked(sql, now, "test", li, true))
        .await;
    let response = server
        .stranger()
        .post_form("/sign-in", &[("login", "li"), ("password", "password of li")])
        .await;
    answers.push((
        response.status(),
        response
            .text()
            .await
            .unwrap()
            .replace("value=\"li\"", "value=LOGIN"),
    ));
    assert_eq!(answers[0].0, 401);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_per_login_even_with_the_right_password_at_last() {
    let server = TestServer::start().await;
    server.person("li", "李梅", Role::Supervisor, ROOT_UNIT).await;
    for _ in 0..6 {
        assert!(!server.stranger().sign_in("li", "not the password").await);
    }
    let response = server
        .stranger()
        .post_form("/sign-in", &[("login", "Li"), ("password", "password of li")])
        .await;
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "31");
    server.advance(SignedDuration::from_secs(31));
    assert!(server.stranger().sign_in("li", "password of li").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_hours_of_quiet_and_after_a_week_in_any_case() {
    let server = TestServer::start().await;
    let client = server.client("li", Role::Supervisor, ROOT_UNIT).await;
    server.advance(SignedDuration::from_hours(7));
    assert_eq!(client.get("/api/me").await.status(), 200);
    server.advance(SignedDuration::from_hours(7));
    assert_eq!(
        client.get("/api/me").await.status(),
        200,
        "each request prolongs it"
    );
    server.advance(SignedDuration::from_hours(9));
    assert_eq!(code_of(client.get("/api/me").await).await, "not_signed_in");

    let client = server.client("wang", Role::Supervisor, ROOT_UNIT).await;
    for _ in 0..23 {
        server.advance(SignedDuration::from_hours(7));
        assert_eq!(client.get("/api/me").await.status(), 200);
    }
    server.advance(SignedDuration::from_hours(7));
    assert_eq!(client.get("/api/me").await.status(), 401, "168 hours are over");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_on_the_server_too() {
    let server = TestServer::start().await;
    let client = server.client("li", Role::Supervisor, ROOT_UNIT).await;
    let response = client.post_form("/sign-out", &[]).await;
    assert!(
        response.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    assert_eq!(client.get("/api/me").await.status(), 401);
    assert!(server.audited().await.contains(&"signed_out".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_cannot_sign_a_reader_in() {
    let server = TestServer::start().await;
    server.person("li", "李梅", Role::Supervisor, ROOT_UNIT).await;
    let mut foreign = server.stranger();
    foreign.origin = Some("https://evil.example".to_owned());
    assert!(!foreign.sign_in("li", "password of li").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_signing_in_nobody_is_sent_to_another_site() {
    let server = TestServer::start().await;
    server.person("li", "李梅", Role::Supervisor, ROOT_UNIT).await;
    for (next, expected) in [
        ("/inspections?state=open", "/inspections?state=open"),
        ("//evil.example", "/"),
    ] {
        let form = [("login", "li"), ("password", "password of li"), ("next", next)];
        let response = server.stranger().post_form("/sign-in", &form).await;
        assert_eq!(response.headers()["location"], expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_is_secure_where_the_public_address_is_https() {
    let server =
        TestServer::start_with(|config| config.public_url = "https://jicha.example".to_owned()).await;
    server.person("li", "李梅", Role::Supervisor, ROOT_UNIT).await;
    let response = server
        .stranger()
        .post_form("/sign-in", &[("login", "li"), ("password", "password of li")])
        .await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(
        cookie.contains("; Secure") && cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_trail_can_be_neither_changed_nor_shortened() {
    let server = TestServer::start().await;
    for statement in ["UPDATE audit_event SET who = 'nobody'", "DELETE FROM audit_event"] {
        let outcome = server
            .app
            .storage()
            .write(move |sql| Ok::<_, jicha_server::storage::Error>(sql.execute(statement, [])?));
        assert!(outcome.await.is_err(), "{statement}");
    }
    assert_eq!(server.audited().await[..2], ["first_start", "person_added"]);
}
