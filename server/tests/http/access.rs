//! Every route against every role, from the table itself.

use super::server::{Client, TestServer, code_of};
use jicha_domain::rights::{Act, Role, Subject, role_may};
use jicha_server::auth::ROOT_UNIT;
use jicha_server::router::{Access, ROUTES, Row};

fn path_of(row: &Row) -> String {
    row.path
        .replace("{id}", "0193a1b2-0000-7000-8000-00000000000a")
        .replace("{kind}", "org_units")
        .replace("{name}", "style.css")
        .replace("{hash}", &"ab".repeat(32))
        .replace("{variant}", "thumbnail")
}

async fn ask(client: &Client, row: &Row) -> reqwest::Response {
    client
        .request(row.method.clone(), &path_of(row))
        .send()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_exactly_the_roles_that_the_table_of_rights_names() {
    let server = TestServer::start().await;
    for role in Role::ALL {
        let client = server.client(role.as_str(), *role, ROOT_UNIT).await;
        for row in ROUTES.iter().filter(|row| row.path != "/sign-out") {
            let response = ask(&client, row).await;
            let status = response.status().as_u16();
            let allowed = match row.access {
                Access::Public | Access::OneTimePassword | Access::SignedIn => true,
                Access::Person(act, subject) | Access::DeviceOrPerson(act, subject) => {
                    role_may(*role, act, subject)
                }
                Access::Device => false,
            };
            if allowed {
                assert!(
                    !matches!(status, 401 | 403),
                    "{role} is kept out of {} {}: {status}",
                    row.method,
                    row.path
                );
            } else {
                assert!(
                    matches!(status, 401 | 403),
                    "{role} gets into {} {}: {status}",
                    row.method,
                    row.path
                );
                if status == 403 && row.method != "HEAD" {
                    assert_eq!(code_of(response).await, "forbidden");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_past_the_door_without_a_session_except_to_public_routes() {
    let server = TestServer::start().await;
    let stranger = server.stranger();
    for row in ROUTES {
        let response = ask(&stranger, row).await;
        match row.access {
            Access::Public => assert_ne!(response.status(), 401, "{} {}", row.method, row.path),
            Access::OneTimePassword | Access::SignedIn | Access::Person(..) | Access::DeviceOrPerson(..)
                if row.method == "HEAD" =>
            {
                assert_eq!(response.status(), 401, "{} {}", row.method, row.path);
            }
            Access::OneTimePassword | Access::SignedIn | Access::Person(..) | Access::DeviceOrPerson(..) => {
                assert_eq!(response.status(), 401, "{} {}", row.method, row.path);
                assert_eq!(code_of(response).await, "not_signed_in");
            }
            Access::Device => assert_eq!(code_of(response).await, "device_unknown"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writing_request_with_a_session_must_come_from_our_own_pages() {
    let server = TestServer::start().await;
    let mut client = server.client("admin2", Role::Administrator, ROOT_UNIT).await;
    for origin in [
        None,
        Some("https://evil.example".to_owned()),
        Some("null".to_owned()),
    ] {
        client.origin = origin;
        for row in ROUTES
            .iter()
            // A device shows its token and has no session that a foreign page could misuse.
            .filter(|row| !row.method.is_safe() && !matches!(row.access, Access::Public | Access::Device))
        {
            let response = ask(&client, row).await;
            assert_eq!(response.status(), 403, "{} {}", row.method, row.path);
            assert_eq!(code_of(response).await, "cross_site");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_one_time_password_is_changed_only_that_is_possible() {
    let server = TestServer::start().await;
    let mut admin = server.stranger();
    assert!(admin.sign_in("admin", &server.admin_password).await);
    for row in ROUTES {
        if matches!(
            row.access,
            Access::SignedIn | Access::Person(..) | Access::DeviceOrPerson(..)
        ) {
            let response = ask(&admin, row).await;
            if row.method == "HEAD" {
                assert_eq!(response.status(), 403, "{}", row.path);
                continue;
            }
            assert_eq!(
                code_of(response).await,
                "password_change_needed",
                "{} {}",
                row.method,
                row.path
            );
        }
    }
    assert_eq!(admin.get("/api/me").await.status(), 200);
}

#[test]
fn every_route_that_reads_or_writes_evidence_names_a_right() {
    for row in ROUTES
        .iter()
        .filter(|row| row.path.contains("inspection") || row.path.contains("task"))
    {
        let named = matches!(
            row.access,
            Access::Person(_, Subject::Inspection | Subject::Conflict | Subject::Task)
        );
        assert!(named, "{} {}", row.method, row.path);
        assert_eq!(
            row.method == "GET",
            matches!(row.access, Access::Person(Act::Read, _))
        );
    }
}
