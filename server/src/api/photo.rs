//! What is known of a photo, and its copies.

use super::extract::{JsonBody, PathOf, QueryOf};
use crate::auth::{Party, instant};
use crate::photos::{self, Presence, Variant, access, copy_for, near_duplicates, state_of, uses_of};
use crate::problem::{Code, Problem, ProblemResponse};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jicha_domain::id::PhotoHash;
use jicha_domain::rights::{Act, Subject};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

/// How many receipts may be asked for at once.
const RECEIPTS_MAX: usize = 500;

/// What a browser may do with a photo: look at it, and nothing else.
const PHOTO_POLICY: &str = "default-src 'none'; sandbox";

/// The photos whose receipts are wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReceiptsRequest {
    /// SHA-256 of the originals, 500 at most.
    pub hashes: Vec<String>,
}

/// What the server has of one photo.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptResponse {
    /// The photo.
    pub hash: String,
    /// absent or checked.
    pub thumbnail: &'static str,
    /// absent or checked.
    pub preview: &'static str,
    /// absent, checked or refused. Only after `checked` may a phone delete its copy.
    pub original: &'static str,
    /// When the first bytes of it were stored (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_received_at: Option<String>,
    /// Why the original was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What the server has, in the order asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptsResponse {
    /// One for each hash.
    pub receipts: Vec<ReceiptResponse>,
}

/// A form of a photo that is here.
#[derive(Debug, Serialize, ToSchema)]
pub struct VariantResponse {
    /// original, preview or thumbnail.
    pub variant: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// `device`, or `server` where the server made it from the original.
    pub made_by: String,
    /// When it was stored (RFC 3339).
    pub stored_at: String,
}

/// An inspection that names the photo.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseResponse {
    /// The inspection.
    pub inspection: String,
    /// The audited unit.
    pub unit: String,
    /// Number of the metering point.
    pub point_no: String,
    /// Its name.
    pub point_name: String,
    /// What the photo shows there.
    pub shows: String,
    /// What it proves there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supports: Option<String>,
    /// When the inspection began (RFC 3339).
    pub started_at: String,
}

/// A photo that looks alike.
#[derive(Debug, Serialize, ToSchema)]
pub struct NearResponse {
    /// The other photo.
    pub hash: String,
    /// How many of the 64 bits of the perceptual hashes differ, 0 to 7.
    pub distance: u32,
}

/// How sharp and how well lit a photo is.
#[derive(Debug, Serialize, ToSchema)]
pub struct QualityResponse {
    /// Variance of the Laplacian of the luma at a long side of 1000 pixels.
    pub sharpness: f64,
    /// Mean luma, 0 to 255.
    pub mean_luma: f64,
    /// Share of nearly black pixels.
    pub dark_share: f64,
    /// Share of burnt-out pixels.
    pub clipped_share: f64,
}

/// What is known of a photo.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhotoResponse {
    /// SHA-256 of the original.
    pub hash: String,
    /// absent, checked or refused: the state of the original.
    pub state: &'static str,
    /// Why the original was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Media type of the original, as found in its bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Size of the original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
    /// Width in pixels as stored, before orientation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels as stored, before orientation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// What the camera wrote: taken_at, position, orientation, camera, width, height. Empty for whoever may not have the
    /// original with its metadata.
    #[schema(value_type = Object)]
    pub exif: serde_json::Value,
    /// Present once the server has decoded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality: Option<QualityResponse>,
    /// 16 hexadecimal digits; present once the server has decoded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub perceptual_hash: Option<String>,
    /// When the first bytes of it were stored (RFC 3339).
    pub first_received_at: String,
    /// When the original was checked (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<String>,
    /// The forms that are here.
    pub variants: Vec<VariantResponse>,
    /// The inspections that name it and that the caller may see.
    pub uses: Vec<UseResponse>,
    /// How many other inspections name it.
    pub uses_elsewhere: usize,
    /// Photos that look alike and that the caller may see, nearest first.
    pub near_duplicates: Vec<NearResponse>,
    /// How many others look alike.
    pub near_duplicates_elsewhere: usize,
}

/// How a copy is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CopyQuery {
    /// `keep` gives the original with everything that the camera wrote into it.
    pub metadata: Option<String>,
}

/// What the server has of these photos. A phone asks this after a restore of the server, and before it deletes a copy.
#[utoipa::path(post, path = "/api/photos/receipts", tag = "photos", request_body = ReceiptsRequest,
    responses((status = 200, body = ReceiptsResponse), (status = 422, body = ProblemResponse)))]
pub async fn receipts(
    State(app): State<App>,
    party: Party,
    JsonBody(request): JsonBody<ReceiptsRequest>,
) -> Result<Json<ReceiptsResponse>, Problem> {
    party.scope(Act::Write, Subject::Photo)?;
    if request.hashes.len() > RECEIPTS_MAX {
        let words = format!("At most {RECEIPTS_MAX} hashes are taken at once.");
        return Err(Problem::new(Code::Invalid).at("hashes").detail(words));
    }
    let hashes: Vec<PhotoHash> = request
        .hashes
        .iter()
        .map(|hash| hash.parse())
        .collect::<Result<_, _>>()
        .map_err(|error: jicha_domain::id::IdError| {
            Problem::new(Code::Invalid).at("hashes").detail(error.to_string())
        })?;
    let receipts = app
        .storage()
        .read(move |sql| -> Result<Vec<_>, Problem> {
            hashes.into_iter().map(|hash| receipt(sql, hash)).collect()
        })
        .await?;
    Ok(Json(ReceiptsResponse { receipts }))
}

fn receipt(sql: &Connection, hash: PhotoHash) -> Result<ReceiptResponse, Problem> {
    let state = state_of(sql, hash)?;
    let word = |presence: Option<Presence>| presence.unwrap_or(Presence::Absent).as_str();
    Ok(ReceiptResponse {
        hash: hash.to_string(),
        thumbnail: word(state.as_ref().map(|state| state.thumbnail)),
        preview: word(state.as_ref().map(|state| state.preview)),
        original: word(state.as_ref().map(|state| state.original)),
        first_received_at: state.as_ref().map(|state| state.first_received_at.to_string()),
        reason: state.and_then(|state| state.refused),
    })
}

/// What is known of a photo: its state, what its camera wrote, where it is used, what looks alike.
#[utoipa::path(get, path = "/api/photos/{hash}", tag = "photos",
    params(("hash" = String, Path, description = "SHA-256 of the original")),
    responses((status = 200, body = PhotoResponse), (status = 404, body = ProblemResponse)))]
pub async fn get(
    State(app): State<App>,
    party: Party,
    PathOf(hash): PathOf<PhotoHash>,
) -> Result<Json<PhotoResponse>, Problem> {
    app.storage()
        .read(move |sql| {
            access::require(sql, &party, hash)?;
            facts(sql, &party, hash)
        })
        .await
        .map(Json)
}

fn facts(sql: &Connection, party: &Party, hash: PhotoHash) -> Result<PhotoResponse, Problem> {
    let not_found = || Problem::new(Code::NotFound);
    let state = state_of(sql, hash)?.ok_or_else(not_found)?;
    let scope = party.scope(Act::Read, Subject::Photo)?;
    let row = row(sql, hash)?.ok_or_else(not_found)?;
    let exif = if access::may_see_metadata(sql, party, hash)? {
        row.exif
    } else {
        json!({})
    };
    let all_uses = uses_of(sql, hash)?;
    let mut uses = Vec::new();
    for found in &all_uses {
        if scope.contains(sql, &found.unit)? {
            uses.push(use_response(found));
        }
    }
    let all_near = near_duplicates(sql, hash)?;
    let mut near = Vec::new();
    for (other, distance) in &all_near {
        if photos::query::is_used_within(sql, &scope, *other)? {
            near.push(NearResponse {
                hash: other.to_string(),
                distance: *distance,
            });
        }
    }
    Ok(PhotoResponse {
        hash: hash.to_string(),
        state: state.original.as_str(),
        refused: state.refused,
        first_received_at: state.first_received_at.to_string(),
        checked_at: state.checked_at.map(|at| at.to_string()),
        variants: variants(sql, hash)?,
        uses_elsewhere: all_uses.len() - uses.len(),
        uses,
        near_duplicates_elsewhere: all_near.len() - near.len(),
        near_duplicates: near,
        exif,
        ..row
    })
}

fn use_response(found: &photos::Use) -> UseResponse {
    UseResponse {
        inspection: found.inspection.clone(),
        unit: found.unit.clone(),
        point_no: found.point_no.clone(),
        point_name: found.point_name.clone(),
        shows: found.shows.clone(),
        supports: found.supports.clone(),
        started_at: found.started_at.to_string(),
    }
}

/// What the photo's own row says; the rest is filled in by [`facts`].
fn row(sql: &Connection, hash: PhotoHash) -> rusqlite::Result<Option<PhotoResponse>> {
    sql.prepare_cached(
        "SELECT media_type, size_bytes, width, height, exif, sharpness, mean_luma, dark_share, clipped_share,
                perceptual_hash FROM photo WHERE hash = ?1",
    )?
    .query_row([hash.to_string()], |row| {
        let quality = match row.get::<_, Option<f64>>(5)? {
            Some(sharpness) => Some(QualityResponse {
                sharpness,
                mean_luma: row.get(6)?,
                dark_share: row.get(7)?,
                clipped_share: row.get(8)?,
            }),
            None => None,
        };
        let exif = serde_json::from_str(&row.get::<_, String>(4)?).unwrap_or_default();
        let looks = row.get::<_, Option<i64>>(9)?;
        Ok(PhotoResponse {
            hash: String::new(),
            state: "",
            refused: None,
            media_type: row.get(0)?,
            size_bytes: row.get::<_, Option<i64>>(1)?.map(i64::unsigned_abs),
            width: row.get(2)?,
            height: row.get(3)?,
            exif,
            quality,
            perceptual_hash: looks.map(|bits| format!("{:016x}", bits.cast_unsigned())),
            first_received_at: String::new(),
            checked_at: None,
            variants: Vec::new(),
            uses: Vec::new(),
            uses_elsewhere: 0,
            near_duplicates: Vec::new(),
            near_duplicates_elsewhere: 0,
        })
    })
    .optional()
}

fn variants(sql: &Connection, hash: PhotoHash) -> rusqlite::Result<Vec<VariantResponse>> {
    sql.prepare_cached(
        "SELECT photo_variant.variant, photo_variant.size_bytes, photo_variant.made_by, photo_variant.stored_at_ms
         FROM photo JOIN photo_variant ON photo_variant.photo = photo.number
         WHERE photo.hash = ?1 ORDER BY photo_variant.variant",
    )?
    .query_map([hash.to_string()], |row| {
        Ok(VariantResponse {
            variant: row.get(0)?,
            size_bytes: row.get::<_, i64>(1)?.unsigned_abs(),
            made_by: row.get(2)?,
            stored_at: instant(row.get(3)?).to_string(),
        })
    })?
    .collect()
}

/// A photo's thumbnail, preview or original, without what the camera wrote beside the pixels.
#[utoipa::path(get, path = "/api/photos/{hash}/{variant}", tag = "photos",
    params(("hash" = String, Path, description = "SHA-256 of the original"),
        ("variant" = String, Path, description = "thumbnail, preview or original"), CopyQuery),
    responses((status = 200, description = "The picture", content_type = "image/jpeg"),
        (status = 304, description = "The caller has it"), (status = 404, body = ProblemResponse)))]
pub async fn copy(
    State(app): State<App>,
    party: Party,
    PathOf((hash, variant)): PathOf<(PhotoHash, String)>,
    QueryOf(query): QueryOf<CopyQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let variant: Variant = variant.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let keep_metadata = match query.metadata.as_deref() {
        None => false,
        Some("keep") => true,
        Some(_) => return Err(Problem::new(Code::BadQuery).at("metadata")),
    };
    let copy = app
        .storage()
        .read(move |sql| {
            if keep_metadata {
                access::require_metadata(sql, &party, hash)?;
            } else {
                access::require(sql, &party, hash)?;
            }
            copy_for(sql, hash, variant, keep_metadata)
        })
        .await?;
    let (etag, immutable, media_type) = (copy.etag.clone(), copy.immutable, copy.media_type);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| known == "*" || known.split(',').any(|one| one.trim() == etag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        copy.bytes(&app).await?.into_response()
    };
    let caching = if immutable {
        "private, max-age=31536000, immutable"
    } else {
        "private, no-cache"
    };
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media_type.as_str()),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    // Another person at the same browser must not get it out of its cache.
    headers.insert(header::VARY, HeaderValue::from_static("cookie, authorization"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(PHOTO_POLICY),
    );
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    Ok(response)
}
