//! The API's description and the written one keep up with the code.

use super::server::TestServer;
use jicha_server::problem::Code;
use jicha_server::router::ROUTES;

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_the_api_is_described() {
    let server = TestServer::start().await;
    let description: serde_json::Value = server
        .stranger()
        .get("/api/openapi.json")
        .await
        .json()
        .await
        .unwrap();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let described =
        |row: &&jicha_server::router::Row| row.path.starts_with("/api/") && row.path != "/api/openapi.json";
    for row in ROUTES.iter().filter(described) {
        let operation = &description["paths"][row.path][row.method.as_str().to_lowercase()];
        assert!(
            operation["summary"].is_string(),
            "{} {} is not described",
            row.method,
            row.path
        );
        assert!(operation["responses"].is_object(), "{} {}", row.method, row.path);
    }
    insta::assert_json_snapshot!(description);
}

#[test]
fn the_documentation_lists_every_problem_code() {
    let text = include_str!("../../../docs/API.md");
    for code in Code::ALL {
        let line = format!(
            "| `{}` | {} | {} |",
            code.as_str(),
            code.status().as_u16(),
            code.meaning()
        );
        assert!(text.contains(&line), "docs/API.md lacks this line:\n{line}");
    }
}
