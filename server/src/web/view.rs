//! What every page needs: the reader's language, who is signed in, where we are, and the frame around the content.

use super::text::{Texts, texts};
use crate::auth::{Actor, cookie};
use crate::problem::Problem;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use jicha_domain::Language;
use jicha_domain::rights::{Act, Subject};
use std::convert::Infallible;

/// The reader, as an extractor.
#[derive(Debug, Clone)]
pub(super) struct View {
    pub(super) language: Language,
    pub(super) t: &'static Texts,
    actor: Option<Actor>,
    here: String,
}

/// The frame around a page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) t: &'static Texts,
    pub(super) html_lang: &'static str,
    pub(super) title: String,
    pub(super) here: String,
    pub(super) other_language: &'static str,
    pub(super) other_language_name: &'static str,
    pub(super) menu: Vec<MenuItem>,
    pub(super) user: Option<String>,
    pub(super) narrow: bool,
}

/// A link of the menu.
#[derive(Debug)]
pub(super) struct MenuItem {
    pub(super) href: &'static str,
    pub(super) label: &'static str,
    pub(super) current: bool,
}

/// One choice of a select.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// A label with its value.
#[derive(Debug)]
pub(super) struct Fact {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) at: Option<super::moment::Moment>,
}

impl Fact {
    /// A value in words.
    pub(super) fn new(label: &str, value: impl Into<String>) -> Fact {
        Fact {
            label: label.to_owned(),
            value: value.into(),
            at: None,
        }
    }
}

impl View {
    /// A view without anybody signed in, for answers that no handler made.
    pub(super) fn of(headers: &HeaderMap, actor: Option<Actor>, here: &str) -> View {
        let language = language_of(headers);
        View {
            language,
            t: texts(language),
            actor,
            here: here.to_owned(),
        }
    }

    /// The frame with a title.
    pub(super) fn page(&self, title: impl Into<String>) -> Page {
        let (html_lang, other_language, other_language_name) = match self.language {
            Language::Zh => ("zh-CN", "en", "English"),
            Language::En => ("en", "zh", "中文"),
        };
        Page {
            t: self.t,
            html_lang,
            title: title.into(),
            here: self.here.clone(),
            other_language,
            other_language_name,
            menu: self.menu(),
            user: self.actor.as_ref().map(|actor| actor.name.clone()),
            narrow: false,
        }
    }

    /// The frame of a page with a single small card.
    pub(super) fn narrow_page(&self, title: impl Into<String>) -> Page {
        Page {
            narrow: true,
            ..self.page(title)
        }
    }

    /// Only what the person may open, and nothing before the password is the person's own.
    fn menu(&self) -> Vec<MenuItem> {
        let Some(actor) = self.actor.as_ref().filter(|actor| !actor.password_one_time) else {
            return Vec::new();
        };
        let items = [
            ("/inspections", self.t.inspections, Subject::Inspection),
            ("/review", self.t.review, Subject::Review),
            ("/people", self.t.people, Subject::People),
            ("/quarantine", self.t.quarantine, Subject::Quarantine),
        ];
        items
            .into_iter()
            .filter(|(_, _, subject)| actor.may_somewhere(Act::Read, *subject))
            .map(|(href, label, _)| MenuItem {
                href,
                label,
                current: self.here.starts_with(href),
            })
            .collect()
    }
}

/// The first page that the person may open.
pub(super) fn start_page(actor: &Actor) -> &'static str {
    if actor.password_one_time {
        "/account/password"
    } else if actor.may_somewhere(Act::Read, Subject::Inspection) {
        "/inspections"
    } else if actor.may_somewhere(Act::Read, Subject::People) {
        "/people"
    } else {
        "/account"
    }
}

impl<S: Send + Sync> FromRequestParts<S> for View {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<View, Infallible> {
        let here = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        // After a form was sent, the address to come back to is the page that shows the form.
        let here = if parts.method.is_safe() {
            here
        } else {
            parent_page(parts.uri.path())
        };
        Ok(View::of(
            &parts.headers,
            parts.extensions.get::<Actor>().cloned(),
            here,
        ))
    }
}

fn parent_page(path: &str) -> &str {
    match path.split('/').nth(1) {
        Some("people" | "devices") => "/people",
        Some("account") if path == "/account/password" => path,
        Some("account") => "/account",
        Some("sign-in") => "/sign-in",
        _ => "/",
    }
}

/// The reader's choice, else the browser's first wish that we can fulfil, else Chinese.
pub(crate) fn language_of(headers: &HeaderMap) -> Language {
    match cookie::get(headers, "jicha_language") {
        Some("en") => return Language::En,
        Some("zh") => return Language::Zh,
        _ => {}
    }
    let wishes = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    for wish in wishes.split(',').map(str::trim) {
        if wish.starts_with("zh") {
            return Language::Zh;
        }
        if wish.starts_with("en") {
            return Language::En;
        }
    }
    Language::Zh
}

/// Renders a template.
pub(super) fn render(status: StatusCode, template: &impl Template) -> Result<Response, Problem> {
    let html = template.render().map_err(Problem::internal)?;
    Ok((status, Html(html)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(cookie: &str, accept: &'static str, expected: Language) {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accept));
        assert_eq!(language_of(&headers), expected);
    }

    #[test]
    fn the_readers_choice_wins_over_the_browsers_wish() {
        check("", "fr-FR, en;q=0.8", Language::En);
        check("", "zh-CN,zh;q=0.9,en;q=0.8", Language::Zh);
        check("jicha_language=en", "zh-CN", Language::En);
        check("jicha_language=xx", "de", Language::Zh);
    }
}
