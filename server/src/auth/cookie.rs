//! The session cookie: written and read by hand, since it is one line each way.

use super::token::Token;
use axum::http::{HeaderMap, HeaderValue, header};

const SESSION: &str = "jicha_session";

/// The value of a cookie of the request.
pub fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// The session token that the browser presents.
pub fn session_token(headers: &HeaderMap) -> Option<Token> {
    Token::parse(get(headers, SESSION)?)
}

/// The header that starts a session in the browser. It ends with the browser, and on the server in any case.
pub fn start_session(token: &Token, secure: bool) -> HeaderValue {
    header_value(format!(
        "{SESSION}={}; Path=/; HttpOnly; SameSite=Lax{}",
        token.reveal(),
        secure_suffix(secure)
    ))
}

/// The header that removes the session from the browser.
pub fn end_session(secure: bool) -> HeaderValue {
    header_value(format!(
        "{SESSION}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}",
        secure_suffix(secure)
    ))
}

/// The header that keeps the reader's language for a year.
pub fn keep_language(language: &str, secure: bool) -> HeaderValue {
    header_value(format!(
        "jicha_language={language}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000{}",
        secure_suffix(secure)
    ))
}

fn secure_suffix(secure: bool) -> &'static str {
    if secure { "; Secure" } else { "" }
}

fn header_value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("cookies are made of our own ASCII words and base64url")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_cookie_comes_back_among_others() {
        let token = Token::random();
        let set = start_session(&token, true);
        let text = set.to_str().unwrap();
        assert!(text.contains("HttpOnly") && text.contains("SameSite=Lax") && text.contains("Secure"));
        let pair = text.split(';').next().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_str(&format!("other=1; {pair}")).unwrap(),
        );
        assert_eq!(session_token(&headers).unwrap().hash(), token.hash());
    }
}
