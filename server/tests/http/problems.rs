//! Errors as callers see them.

use super::server::{TestServer, code_of};
use jicha_domain::rights::Role;
use jicha_server::auth::ROOT_UNIT;
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_mistake_has_its_own_code_and_place() {
    let server = TestServer::start().await;
    let admin = server.client("admin2", Role::Administrator, ROOT_UNIT).await;
    let supervisor = server.client("li", Role::Supervisor, ROOT_UNIT).await;
    let json = |body: &'static str| {
        admin
            .request(Method::POST, "/api/people")
            .header("content-type", "application/json")
            .body(body)
    };
    let big = "x".repeat(server.app.config().body_bytes_max + 1);
    let requests = [
        admin.request(Method::GET, "/api/nothing"),
        admin.request(Method::DELETE, "/api/people"),
        json("{\n  \"login\": 5"),
        admin
            .request(Method::POST, "/api/people")
            .header("content-type", "text/plain")
            .body("{}"),
        json("").body(big),
        json(r#"{"login":"a","name":"王","grant":{"role":"inspector","unit":"ROOT"}}"#),
        json(r#"{"login":"wang","name":"王","grant":{"role":"king","unit":"ROOT"}}"#),
        json(r#"{"login":"wang","name":"王","grant":{"role":"inspector","unit":"9999"}}"#),
        json(r#"{"login":"li","name":"李","grant":{"role":"inspector","unit":"ROOT"}}"#),
        supervisor.request(Method::GET, "/api/inspections?limit=0"),
        supervisor.request(Method::GET, "/api/inspections?since=yesterday"),
        supervisor.request(Method::GET, "/api/inspections?limit=many"),
        supervisor.request(Method::GET, "/api/inspections/not-an-id"),
        supervisor.request(Method::GET, "/api/people"),
    ];
    let mut answers = Vec::new();
    for request in requests {
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert!(response.headers().contains_key("x-request-id"));
        answers.push(response.json::<serde_json::Value>().await.unwrap());
    }
    insta::assert_json_snapshot!(answers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_told_the_same_as_a_page_in_its_language() {
    let server = TestServer::start().await;
    for (language, title) in [("zh-CN", "没有这个地址"), ("en", "No such address")] {
        let response = server.stranger().page("/nothing", language).await;
        assert_eq!(response.status(), 404);
        let page = response.text().await.unwrap();
        assert!(page.contains(&format!("<h1>{title}</h1>")), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_internal_error_hides_its_cause_and_names_the_request() {
    let server = TestServer::start().await;
    let client = server.client("li", Role::Supervisor, ROOT_UNIT).await;
    server
        .write(|sql| Ok(sql.execute_batch("DROP TABLE task")?))
        .await;
    let response = client.get("/api/tasks").await;
    assert_eq!(response.status(), 500);
    assert!(response.headers().contains_key("x-request-id"));
    let body = response.text().await.unwrap();
    assert!(!body.contains("task"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_are_shown_to_this_machine_or_to_the_token() {
    let server = TestServer::start().await;
    let metrics = server.stranger().get("/metrics").await;
    assert_eq!(metrics.status(), 200);
    let forwarded = server
        .stranger()
        .request(Method::GET, "/metrics")
        .header("x-forwarded-for", "203.0.113.9");
    assert_eq!(
        code_of(forwarded.send().await.unwrap()).await,
        "forbidden",
        "a proxy makes everybody look local"
    );
    server.stranger().get("/healthz").await;
    let text = server.stranger().get("/metrics").await.text().await.unwrap();
    assert!(
        text.contains(r#"jicha_requests{route="/healthz",method="GET",status="200"}"#),
        "{text}"
    );

    let server = TestServer::start_with(|config| config.metrics_token = "a token".to_owned()).await;
    assert_eq!(server.stranger().get("/metrics").await.status(), 403);
    let with_token = server
        .stranger()
        .request(Method::GET, "/metrics")
        .bearer_auth("a token");
    assert_eq!(with_token.send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_means_that_the_database_answers() {
    let server = TestServer::start().await;
    assert_eq!(server.stranger().get("/readyz").await.status(), 200);
    assert_eq!(
        server.stranger().get("/healthz").await.text().await.unwrap(),
        "ok"
    );
}
