//! The one place where an error becomes an HTTP answer: RFC 9457, `application/problem+json`, with a stable code.
//!
//! A 5xx never shows internals: its cause goes to the log under the request's id, and the answer says so.

use crate::ledger;
use crate::storage;
use crate::sync::SyncError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jicha_sync::VersionError;
use serde::Serialize;
use std::error::Error;
use std::sync::Arc;

macro_rules! codes {
    ($( $variant:ident, $code:literal, $status:ident, $zh:literal, $en:literal, $meaning:literal; )+) => {
        /// What went wrong, as a code that never changes its meaning. docs/API.md lists them all.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $( #[doc = $meaning] $variant, )+ }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Code] = &[ $( Code::$variant, )+ ];

            /// The stable text of the code.
            pub const fn as_str(self) -> &'static str { match self { $( Code::$variant => $code, )+ } }

            /// The status as the table names it.
            const fn named_status(self) -> StatusCode { match self { $( Code::$variant => StatusCode::$status, )+ } }

            /// A short title in Chinese, for pages.
            pub const fn title_zh(self) -> &'static str { match self { $( Code::$variant => $zh, )+ } }

            /// A short title in English, for programs and pages.
            pub const fn title_en(self) -> &'static str { match self { $( Code::$variant => $en, )+ } }

            /// When it is sent and what the caller can do.
            pub const fn meaning(self) -> &'static str { match self { $( Code::$variant => $meaning, )+ } }
        }
    };
}

codes! {
    UnknownRoute, "unknown_route", NOT_FOUND, "没有这个地址", "No such address",
        "No route has this path. Look it up in /api/openapi.json.";
    NotFound, "not_found", NOT_FOUND, "没有找到", "Not found",
        "The thing does not exist, or it lies outside the org units that you may see; the two are not told apart.";
    WrongMethod, "wrong_method", METHOD_NOT_ALLOWED, "不支持这种请求方法", "Wrong method",
        "The path exists, but not with this method; the Allow header lists those that do.";
    BadJson, "bad_json", BAD_REQUEST, "JSON 内容有误", "Bad JSON",
        "The body is not the JSON that is expected; `at` gives line and column.";
    BadQuery, "bad_query", BAD_REQUEST, "查询参数有误", "Bad query",
        "A part of the address is not understood; `at` names the parameter.";
    BadForm, "bad_form", BAD_REQUEST, "表单内容有误", "Bad form",
        "The form is incomplete or not understood.";
    Invalid, "invalid", UNPROCESSABLE_ENTITY, "内容不合要求", "Not valid",
        "The body is understood, but a value breaks a rule; `at` names the field.";
    WrongMediaType, "wrong_media_type", UNSUPPORTED_MEDIA_TYPE, "内容类型不对", "Wrong media type",
        "The Content-Type is not one that this route takes.";
    BodyTooLarge, "body_too_large", PAYLOAD_TOO_LARGE, "内容太大", "Body too large",
        "The body is larger than this route takes.";
    NotSignedIn, "not_signed_in", UNAUTHORIZED, "请先登录", "Not signed in",
        "No session, or it has ended. Sign in again.";
    SignInFailed, "sign_in_failed", UNAUTHORIZED, "登录名或密码不对", "Sign-in failed",
        "Login or password is wrong, or the person is locked; the three are not told apart.";
    PasswordChangeNeeded, "password_change_needed", FORBIDDEN, "请先修改密码", "Password must be changed first",
        "Signed in with a one-time password: it must be changed before anything else.";
    Forbidden, "forbidden", FORBIDDEN, "没有权限", "Not allowed",
        "Your roles do not include this act, here or in any org unit.";
    CrossSite, "cross_site", FORBIDDEN, "请求来自其他网站", "Cross-site request",
        "A writing request with a session cookie must come from the server's own pages.";
    TooManyAttempts, "too_many_attempts", TOO_MANY_REQUESTS, "尝试次数太多", "Too many attempts",
        "Wait as many seconds as Retry-After says.";
    EnrolmentCodeUnusable, "enrolment_code_unusable", FORBIDDEN, "注册码无效", "Enrolment code not usable",
        "The code is unknown, used or expired; ask for a new one.";
    EnrolmentProofWrong, "enrolment_proof_wrong", FORBIDDEN, "设备签名不对", "Enrolment proof wrong",
        "The proof is not a signature by the key that was sent with it.";
    DeviceUnknown, "device_unknown", UNAUTHORIZED, "设备未注册", "Device unknown",
        "No enrolled device has this token. Enrol the device again.";
    DeviceLocked, "device_locked", FORBIDDEN, "设备已锁定", "Device locked",
        "The device or its person was locked. What is on it stays there until it is unlocked.";
    AlreadyExists, "already_exists", CONFLICT, "已经存在", "Already exists",
        "Something with this name or key exists; `at` names the field.";
    LedgerRefused, "ledger_refused", UNPROCESSABLE_ENTITY, "台账有误，未导入", "Ledger refused",
        "The ledger has errors, listed in the report; nothing of it was imported.";
    SyncMalformed, "sync_malformed", BAD_REQUEST, "同步数据有误", "Sync request malformed",
        "The request does not follow docs/SYNC.md, or was cut; `at` names the byte. What was acknowledged before stays.";
    ClientTooNew, "client_too_new", NOT_IMPLEMENTED, "服务器版本太旧", "Server too old",
        "The app speaks a protocol that this server does not know yet. The operator must update the server.";
    ClientTooOld, "client_too_old", UPGRADE_REQUIRED, "应用版本太旧", "App too old",
        "The app speaks a protocol that this server no longer takes. Update the app; its data stays on it.";
    TusVersion, "tus_version", PRECONDITION_FAILED, "上传协议版本不支持", "Upload protocol not spoken",
        "The Tus-Resumable header is missing or names another version than 1.0.0.";
    BadUpload, "bad_upload", BAD_REQUEST, "上传请求有误", "Bad upload",
        "A header of the upload is missing or not understood; `at` names it. docs/PHOTOS.md has them all.";
    UploadOffsetWrong, "upload_offset_wrong", CONFLICT, "上传位置不对", "Wrong upload offset",
        "Upload-Offset is not where the upload stands. Ask with HEAD and go on from there.";
    UploadExpired, "upload_expired", GONE, "上传已过期", "Upload expired",
        "The upload was not finished in time and its bytes are gone. Begin a new one.";
    UploadBusy, "upload_busy", LOCKED, "上传正在进行", "Upload in use",
        "Another request is sending to this upload. Wait as many seconds as Retry-After says, then ask with HEAD.";
    TooManyUploads, "too_many_uploads", TOO_MANY_REQUESTS, "上传太多", "Too many uploads",
        "Too many uploads are begun or being received. Finish some, or wait as many seconds as Retry-After says.";
    ChecksumWrong, "checksum_wrong", BAD_REQUEST, "数据校验不符", "Checksum wrong",
        "The bytes are not those that Upload-Checksum names. They were dropped; send them again.";
    PhotoHashMismatch, "photo_hash_mismatch", UNPROCESSABLE_ENTITY, "照片哈希不符", "Photo hash does not fit",
        "All bytes came, but their SHA-256 is not the one that was named. The upload was dropped; begin a new one.";
    PhotoRefused, "photo_refused", UNPROCESSABLE_ENTITY, "照片被拒收", "Photo refused",
        "The bytes are no photo that may enter; `reason` is a stable word for why. Sending them again changes nothing.";
    StorageFull, "storage_full", INSUFFICIENT_STORAGE, "照片存储已满", "No room for photos",
        "The server has no room for more photos. Nothing was lost: the upload stands where it stood. Try again later.";
    TimedOut, "timed_out", SERVICE_UNAVAILABLE, "处理超时", "Took too long",
        "The request was broken off because it took too long; nothing was half-written. Try again.";
    Busy, "busy", SERVICE_UNAVAILABLE, "系统繁忙", "Busy",
        "The database is held by another process. Try again in a moment.";
    DiskFull, "disk_full", INSUFFICIENT_STORAGE, "服务器磁盘已满", "Disk full",
        "The server has no room left; nothing was written. The operator must make room.";
    Internal, "internal", INTERNAL_SERVER_ERROR, "服务器内部错误", "Internal error",
        "A bug or a damaged server. The log has the cause under the request id in the X-Request-Id header.";
}

impl Code {
    /// The HTTP status it is sent with.
    pub fn status(self) -> StatusCode {
        match self {
            // tus 1.0.0 has a status of its own for this one, which HTTP does not name.
            Code::ChecksumWrong => StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST),
            other => other.named_status(),
        }
    }
}

/// An error on its way to the caller.
///
/// `detail` and `at` are for the caller; `source` is for the log only.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The stable code, which decides the status and the title.
    pub code: Code,
    /// One sentence about this very case; empty when the title says it all.
    pub detail: String,
    /// The place: a field, a parameter, a line and column.
    pub at: Option<String>,
    /// After how many seconds it makes sense to try again.
    pub retry_after_s: Option<u64>,
    /// Why, as a stable word, where a code has several reasons.
    pub reason: Option<String>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// The body of a problem, RFC 9457 section 3.1.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(example = json!({
    "type": "about:blank", "code": "invalid", "title": "Not valid", "status": 422,
    "detail": "A login is 2 to 40 letters, digits, dots or hyphens.", "at": "login"
}))]
pub struct ProblemResponse {
    /// Always `about:blank`: the code says which problem it is.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The stable code.
    pub code: &'static str,
    /// A short title.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// One sentence about this very case.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub detail: String,
    /// The place: a field, a parameter, a line and column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Why, as a stable word, where a code has several reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Problem {
    /// A problem whose title says it all.
    pub fn new(code: Code) -> Problem {
        Problem {
            code,
            detail: String::new(),
            at: None,
            retry_after_s: None,
            reason: None,
            source: None,
        }
    }

    /// Adds a sentence about this case.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Problem {
        self.detail = detail.into();
        self
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Problem {
        self.at = Some(place.into());
        self
    }

    /// Adds how long to wait.
    #[must_use]
    pub fn retry_after_s(mut self, seconds: u64) -> Problem {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Adds the reason as a stable word.
    #[must_use]
    pub fn reason(mut self, word: impl Into<String>) -> Problem {
        self.reason = Some(word.into());
        self
    }

    /// A bug or a damaged server: the cause is logged, never sent.
    pub fn internal(source: impl Error + Send + Sync + 'static) -> Problem {
        Problem {
            source: Some(Arc::new(source)),
            ..Problem::new(Code::Internal)
        }
    }

    pub(crate) fn body(&self) -> ProblemResponse {
        ProblemResponse {
            kind: "about:blank",
            code: self.code.as_str(),
            title: self.code.title_en(),
            status: self.code.status().as_u16(),
            detail: self.detail.clone(),
            at: self.at.clone(),
            reason: self.reason.clone(),
        }
    }

    /// The cause and its causes in one line, for the log.
    fn causes(&self) -> String {
        let mut line = String::new();
        let mut next: Option<&dyn Error> = self.source.as_deref().map(|source| source as &dyn Error);
        while let Some(error) = next {
            if !line.is_empty() {
                line.push_str(": ");
            }
            line.push_str(&error.to_string());
            next = error.source();
        }
        line
    }
}

impl From<storage::Error> for Problem {
    fn from(error: storage::Error) -> Problem {
        let code = if error.is_disk_full() {
            Code::DiskFull
        } else if error.is_busy() {
            Code::Busy
        } else {
            Code::Internal
        };
        Problem {
            source: Some(Arc::new(error)),
            ..Problem::new(code)
        }
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Problem {
        storage::Error::Sqlite(error).into()
    }
}

impl From<jicha_store::Error> for Problem {
    fn from(error: jicha_store::Error) -> Problem {
        let code = match &error {
            jicha_store::Error::DiskFull => Code::DiskFull,
            jicha_store::Error::Busy => Code::Busy,
            jicha_store::Error::Corrupt(_)
            | jicha_store::Error::Constraint(_)
            | jicha_store::Error::Sqlite(_)
            | jicha_store::Error::Record(_)
            | jicha_store::Error::Quarantined { .. }
            | jicha_store::Error::Stored { .. } => Code::Internal,
        };
        Problem {
            source: Some(Arc::new(error)),
            ..Problem::new(code)
        }
    }
}

impl From<SyncError> for Problem {
    fn from(error: SyncError) -> Problem {
        match error {
            SyncError::Protocol(error) => Problem::new(Code::SyncMalformed)
                .at(format!("byte {}", error.at))
                .detail(error.kind.to_string()),
            SyncError::Version(error @ VersionError::TooOld { .. }) => {
                Problem::new(Code::ClientTooOld).detail(error.to_string())
            }
            SyncError::Version(error @ VersionError::TooNew { .. }) => {
                Problem::new(Code::ClientTooNew).detail(error.to_string())
            }
            SyncError::ForeignDevice { .. } => Problem::new(Code::DeviceUnknown)
                .at("hello")
                .detail(error.to_string()),
            SyncError::Answer(error) => Problem::internal(error),
            SyncError::Store(error) => error.into(),
            SyncError::Storage(error) => error.into(),
            SyncError::Problem(problem) => problem,
        }
    }
}

impl From<ledger::Error> for Problem {
    fn from(error: ledger::Error) -> Problem {
        match error {
            ledger::Error::Read { source, .. } | ledger::Error::Write { source, .. } => source.into(),
            ledger::Error::Tree { .. } | ledger::Error::Unreadable { .. } => Problem::internal(error),
        }
    }
}

impl From<jicha_record::Error> for Problem {
    fn from(error: jicha_record::Error) -> Problem {
        Problem::internal(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.code.status();
        if status.is_server_error() {
            tracing::error!(code = self.code.as_str(), cause = self.causes(), "request failed");
        }
        let body = serde_json::to_vec(&self.body()).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.code == Code::DeviceUnknown {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        // A page layer finds the problem here and says it in the reader's language.
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_said_in_both_languages() {
        let texts: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(
                !code.title_zh().is_ascii(),
                "{} has no Chinese title",
                code.as_str()
            );
            assert!(
                code.title_en().is_ascii(),
                "{} has no English title",
                code.as_str()
            );
            assert!(!code.status().is_success());
        }
    }

    #[test]
    fn an_internal_error_keeps_its_cause_for_the_log_and_shows_none_of_it() {
        let source = std::io::Error::other("secret path /var/lib");
        let problem = Problem::internal(source);
        assert!(problem.causes().contains("secret path"));
        assert!(!serde_json::to_string(&problem.body()).unwrap().contains("secret"));
    }

    #[test]
    fn a_full_disk_is_told_apart_from_a_bug() {
        let full =
            rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None);
        assert_eq!(Problem::from(full).code, Code::DiskFull);
        assert_eq!(
            Problem::from(rusqlite::Error::QueryReturnedNoRows).code,
            Code::Internal
        );
    }
}
