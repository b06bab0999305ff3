//! What the headers of tus say, and what is wrong with them.

use crate::problem::{Code, Problem};
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jicha_domain::id::PhotoHash;
use jicha_imaging::MediaType;
use std::collections::BTreeMap;

use crate::photos::Variant;

/// The version of the protocol.
pub const VERSION: &str = "1.0.0";
/// What of the protocol's extensions is spoken.
pub const EXTENSIONS: &str = "creation,creation-with-upload,checksum,termination,expiration,concatenation";
/// The media type of bytes of an upload.
pub const BYTES: &str = "application/offset+octet-stream";
/// How many parts may be joined.
pub const PARTS_MAX: usize = 16;
/// Longest Upload-Metadata that is kept.
const METADATA_BYTES_MAX: usize = 2048;

/// How an upload relates to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concat {
    /// An upload by itself.
    Whole,
    /// A part that will be joined with others.
    Partial,
    /// These uploads, by id, joined.
    Final(Vec<String>),
}

/// Which photo an upload brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// The photo.
    pub hash: PhotoHash,
    /// In which form.
    pub variant: Variant,
    /// The SHA-256 that the bytes must have.
    pub sha256: PhotoHash,
}

/// Refuses a request that speaks another protocol.
pub fn require_version(headers: &HeaderMap) -> Result<(), Problem> {
    if text(headers, "tus-resumable") == Some(VERSION) {
        Ok(())
    } else {
        Err(Problem::new(Code::TusVersion).at("Tus-Resumable"))
    }
}

/// Upload-Length or Upload-Offset.
pub fn number(headers: &HeaderMap, name: &'static str) -> Result<u64, Problem> {
    text(headers, name)
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| bad(name, "A whole number of bytes is expected."))
}

/// Content-Length, where the client knows it.
pub fn content_length(headers: &HeaderMap) -> Option<u64> {
    text(headers, header::CONTENT_LENGTH.as_str())?.parse().ok()
}

/// Whether the body is bytes of an upload.
pub fn has_bytes(headers: &HeaderMap) -> bool {
    text(headers, header::CONTENT_TYPE.as_str()) == Some(BYTES)
}

/// Upload-Concat.
pub fn concat(headers: &HeaderMap) -> Result<Concat, Problem> {
    let Some(said) = text(headers, "upload-concat") else {
        return Ok(Concat::Whole);
    };
    if said == "partial" {
        return Ok(Concat::Partial);
    }
    let wrong = || {
        let words = format!("'partial' or 'final;' with 1 to {PARTS_MAX} addresses of uploads is expected.");
        bad("Upload-Concat", &words)
    };
    let list = said.strip_prefix("final;").ok_or_else(wrong)?;
    let ids: Vec<String> = list
        .split_ascii_whitespace()
        .filter_map(|url| url.rsplit('/').next())
        .map(str::to_owned)
        .collect();
    if ids.is_empty() || ids.len() > PARTS_MAX {
        return Err(wrong());
    }
    Ok(Concat::Final(ids))
}

/// Upload-Checksum: the SHA-256 of this body.
pub fn checksum(headers: &HeaderMap) -> Result<Option<[u8; 32]>, Problem> {
    let Some(said) = text(headers, "upload-checksum") else {
        return Ok(None);
    };
    let sha256 = said
        .strip_prefix("sha256 ")
        .and_then(|digest| STANDARD.decode(digest.trim()).ok())
        .and_then(|digest| digest.try_into().ok());
    sha256
        .map(Some)
        .ok_or_else(|| bad("Upload-Checksum", "'sha256' and 32 bytes in Base64 are expected."))
}

/// Upload-Metadata as it was sent, so that HEAD can say it again.
pub fn metadata(headers: &HeaderMap) -> Result<String, Problem> {
    let said = text(headers, "upload-metadata").unwrap_or_default();
    if said.len() > METADATA_BYTES_MAX {
        return Err(bad("Upload-Metadata", "It is too long."));
    }
    Ok(said.to_owned())
}

/// Which photo is meant, from Upload-Metadata.
pub fn meant(metadata: &str) -> Result<Meant, Problem> {
    let pairs = pairs(metadata)?;
    let wrong = |words: &str| bad("Upload-Metadata", words);
    let hash = |name: &str| -> Result<Option<PhotoHash>, Problem> {
        let parse = |value: &String| {
            value.parse().map_err(|_| {
                wrong(&format!(
                    "'{name}' must be a SHA-256 as 64 lower-case hexadecimal digits."
                ))
            })
        };
        pairs.get(name).map(parse).transpose()
    };
    let photo = hash("hash")?.ok_or_else(|| wrong("'hash' is missing."))?;
    let variant = pairs
        .get("variant")
        .and_then(|word| word.parse().ok())
        .ok_or_else(|| wrong("'variant' must be original, preview or thumbnail."))?;
    if let Some(name) = pairs.get("filetype")
        && MediaType::from_name(name).is_none()
    {
        return Err(Problem::new(Code::WrongMediaType)
            .at("Upload-Metadata")
            .detail("image/jpeg, image/png, image/webp or image/heic is expected."));
    }
    let sha256 = match (variant, hash("sha256")?) {
        (Variant::Original, Some(said)) if said != photo => {
            return Err(wrong("'sha256' of an original is its 'hash'."));
        }
        (Variant::Original, _) => photo,
        (_, Some(said)) => said,
        (_, None) => return Err(wrong("'sha256' of the bytes is missing.")),
    };
    Ok(Meant {
        hash: photo,
        variant,
        sha256,
    })
}

fn pairs(metadata: &str) -> Result<BTreeMap<String, String>, Problem> {
    let mut pairs = BTreeMap::new();
    for pair in metadata.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = STANDARD
            .decode(value.trim())
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| bad("Upload-Metadata", "A value is not text in Base64."))?;
        pairs.insert(name.to_owned(), value);
    }
    Ok(pairs)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn bad(header: &'static str, words: &str) -> Problem {
    Problem::new(Code::BadUpload).at(header).detail(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(pairs: &[(&str, &str)]) -> String {
        let pair = |(name, value): &(&str, &str)| format!("{name} {}", STANDARD.encode(value));
        pairs.iter().map(pair).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn an_original_is_its_own_proof_and_other_variants_bring_theirs() {
        let (photo, other) = ("a".repeat(64), "b".repeat(64));
        let original = meant(&say(&[("hash", &photo), ("variant", "original")])).unwrap();
        assert_eq!(original.sha256, original.hash);
        let lacking = say(&[("hash", &photo), ("variant", "preview")]);
        assert_eq!(meant(&lacking).unwrap_err().code, Code::BadUpload);
        let preview = say(&[("hash", &photo), ("variant", "preview"), ("sha256", &other)]);
        assert_eq!(meant(&preview).unwrap().sha256.to_string(), other);
        let lying = say(&[("hash", &photo), ("variant", "original"), ("sha256", &other)]);
        assert!(meant(&lying).is_err());
    }

    #[test]
    fn parts_are_named_by_whole_addresses_or_paths() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "upload-concat",
            "final;http://h/api/photos/uploads/aa /x/bb".parse().unwrap(),
        );
        assert_eq!(
            concat(&headers).unwrap(),
            Concat::Final(vec!["aa".to_owned(), "bb".to_owned()])
        );
        headers.insert("upload-concat", "final;".parse().unwrap());
        assert!(concat(&headers).is_err());
    }
}
