//! The one door: handlers are hung up here, each behind the guard that its row of the table names.

use super::guard::{Guard, guard};
use super::{Access, ROUTES};
use crate::state::App;
use axum::Router;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use std::collections::BTreeSet;
use utoipa::OpenApi;
use utoipa::openapi::path::{PathItem, Paths};
use utoipa_axum::router::UtoipaMethodRouter;

/// Why the server does not start: table and handlers do not match.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// A handler has no row, so nobody has said who may reach it.
    #[error("the route {method} {path} has no row in ROUTES")]
    NoRow {
        /// The method.
        method: Method,
        /// The path.
        path: String,
    },
    /// A row has no handler.
    #[error("the row {method} {path} of ROUTES has no handler")]
    NoHandler {
        /// The method.
        method: Method,
        /// The path.
        path: &'static str,
    },
    /// Two rows say different things about one route.
    #[error("the route {method} {path} has two rows in ROUTES")]
    TwoRows {
        /// The method.
        method: Method,
        /// The path.
        path: &'static str,
    },
}

/// Collects handlers, each behind its guard, and their OpenAPI descriptions.
pub struct Door {
    app: App,
    router: Router<App>,
    openapi: utoipa::openapi::OpenApi,
    hung: BTreeSet<(String, String)>,
}

#[derive(OpenApi)]
#[openapi(info(
    title = "Jicha 稽查",
    description = "Field inspection for electricity metering. Errors are RFC 9457 problems with a stable `code`.",
    license(name = "Apache-2.0", identifier = "Apache-2.0")
))]
struct Api;

impl Door {
    /// A door with nothing behind it yet.
    pub fn new(app: App) -> Result<Door, DoorError> {
        let mut seen = BTreeSet::new();
        for row in ROUTES {
            if !seen.insert((row.method.to_string(), row.path)) {
                return Err(DoorError::TwoRows {
                    method: row.method.clone(),
                    path: row.path,
                });
            }
        }
        Ok(Door {
            app,
            router: Router::new(),
            openapi: Api::openapi(),
            hung: BTreeSet::new(),
        })
    }

    /// The state that the handlers will be given.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Hangs up an API handler: `door.api(routes!(device::list))?`.
    pub fn api(mut self, (schemas, paths, methods): UtoipaMethodRouter<App>) -> Result<Door, DoorError> {
        let operation = operations(&paths).into_iter().next();
        self.openapi.paths.merge(paths);
        let components = self.openapi.components.get_or_insert_default();
        components.schemas.extend(schemas);
        match operation {
            Some((method, path)) => self.hang(method, &path, methods),
            None => Ok(self),
        }
    }

    /// Hangs up a page, which is not part of the API's description.
    pub fn page(self, method: Method, path: &str, methods: MethodRouter<App>) -> Result<Door, DoorError> {
        self.hang(method, path, methods)
    }

    fn hang(mut self, method: Method, path: &str, methods: MethodRouter<App>) -> Result<Door, DoorError> {
        let access = access_of(&method, path).ok_or_else(|| DoorError::NoRow {
            method: method.clone(),
            path: path.to_owned(),
        })?;
        let guarded = methods.route_layer(from_fn_with_state(
            Guard {
                app: self.app.clone(),
                access,
            },
            guard,
        ));
        self.router = self.router.route(path, guarded);
        self.hung.insert((method.to_string(), path.to_owned()));
        Ok(self)
    }

    /// The finished router, if every row has its handler; it also serves the API's description.
    pub(super) fn close(mut self) -> Result<Router<App>, DoorError> {
        let description = self.openapi.to_json().unwrap_or_default();
        let describe = axum::routing::get(move || {
            let description = description.clone();
            async move {
                (
                    [(axum::http::header::CONTENT_TYPE, "application/json")],
                    description,
                )
            }
        });
        self = self.page(Method::GET, "/api/openapi.json", describe)?;
        for row in ROUTES {
            if !self.hung.contains(&(row.method.to_string(), row.path.to_owned())) {
                return Err(DoorError::NoHandler {
                    method: row.method.clone(),
                    path: row.path,
                });
            }
        }
        Ok(self.router)
    }
}

fn access_of(method: &Method, path: &str) -> Option<Access> {
    ROUTES
        .iter()
        .find(|row| row.method == *method && row.path == path)
        .map(|row| row.access)
}

fn operations(paths: &Paths) -> Vec<(Method, String)> {
    let methods = |item: &PathItem| {
        let pairs = [
            (Method::GET, item.get.is_some()),
            (Method::POST, item.post.is_some()),
            (Method::PUT, item.put.is_some()),
            (Method::PATCH, item.patch.is_some()),
            (Method::DELETE, item.delete.is_some()),
            (Method::HEAD, item.head.is_some()),
            (Method::OPTIONS, item.options.is_some()),
        ];
        pairs
            .into_iter()
            .filter(|(_, present)| *present)
            .map(|(method, _)| method)
            .collect::<Vec<_>>()
    };
    paths
        .paths
        .iter()
        .flat_map(|(path, item)| methods(item).into_iter().map(|method| (method, path.clone())))
        .collect()
}
