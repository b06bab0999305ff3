//! Where a photo was taken, as a sketch in metres without any map, and which photos look like it.

use super::Desk;
use crate::photos::{self, Presence};
use crate::review::queue;
use jicha_domain::position::PositionWgs84;
use rusqlite::params;
use serde::Serialize;
use utoipa::ToSchema;

/// Neighbours within so many degrees are looked for: about 1.1 km of latitude.
const AROUND_DEG: f64 = 0.01;
/// So many neighbours are drawn.
const NEIGHBOURS_MAX: usize = 24;

/// A place of the sketch, in metres east and north of the metering point (or of the photo, where the point's place is
/// not known).
#[derive(Debug, Serialize, ToSchema)]
pub struct SpotResponse {
    /// point, photo, visit or neighbour.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Metres east.
    pub east_m: f64,
    /// Metres north.
    pub north_m: f64,
    /// Radius within which the true place lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
}

/// The sketch.
#[derive(Debug, Serialize, ToSchema)]
pub struct SketchResponse {
    /// The places.
    pub spots: Vec<SpotResponse>,
    /// From the photo to the metering point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<f64>,
}

/// A photo that looks like this one.
#[derive(Debug, Serialize, ToSchema)]
pub struct NearPhotoResponse {
    /// The photo; the same one where the very file is used elsewhere.
    pub hash: String,
    /// In how many of 64 bits the two differ.
    pub distance: u32,
    /// The inspection that names it.
    pub inspection: String,
    /// The metering point's name.
    pub point_name: String,
    /// When that inspection began (RFC 3339).
    pub started_at: String,
    /// True when a picture of it is here.
    pub preview: bool,
}

impl Desk<'_> {
    pub(super) fn sketch(&self) -> rusqlite::Result<Option<SketchResponse>> {
        let point = self.inspection.about.point.position.as_ref();
        let photo = self.photo.place();
        let Some(origin) = point.or(photo).or(self.inspection.place.as_ref()) else {
            return Ok(None);
        };
        let spot = |kind: &str, name: &str, place: &PositionWgs84| {
            let (east_m, north_m) = offset_m(origin, place);
            SpotResponse {
                kind: kind.to_owned(),
                name: name.to_owned(),
                east_m,
                north_m,
                accuracy_m: place.accuracy_m,
            }
        };
        let about = &self.inspection.about.point;
        let mut spots = Vec::new();
        for (name, place) in self.neighbours(origin, about.no.as_str())? {
            spots.push(spot("neighbour", &name, &place));
        }
        spots.extend(point.map(|place| spot("point", &about.name, place)));
        spots.extend(
            self.inspection
                .place
                .as_ref()
                .map(|place| spot("visit", "", place)),
        );
        spots.extend(photo.map(|place| spot("photo", "", place)));
        Ok(Some(SketchResponse {
            spots,
            distance_m: point.zip(photo).map(|(point, photo)| photo.distance_m(point)),
        }))
    }

    fn neighbours(
        &self,
        origin: &PositionWgs84,
        own: &str,
    ) -> rusqlite::Result<Vec<(String, PositionWgs84)>> {
        let (latitude, longitude) = (origin.latitude_deg(), origin.longitude_deg());
        let rows: Vec<(String, f64, f64)> = self
            .sql
            .prepare_cached(
                "SELECT coalesce(name, no), latitude_deg, longitude_deg FROM metering_point
                 WHERE latitude_deg BETWEEN ?1 AND ?2 AND longitude_deg BETWEEN ?3 AND ?4 AND no <> ?5 LIMIT 500",
            )?
            .query_map(
                params![
                    latitude - AROUND_DEG,
                    latitude + AROUND_DEG,
                    longitude - AROUND_DEG,
                    longitude + AROUND_DEG,
                    own
                ],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )?
            .collect::<Result<_, _>>()?;
        let mut near: Vec<(String, PositionWgs84)> = rows
            .into_iter()
            .filter_map(|(name, latitude, longitude)| {
                Some((name, PositionWgs84::new(latitude, longitude).ok()?))
            })
            .collect();
        near.sort_by(|(_, a), (_, b)| origin.distance_m(a).total_cmp(&origin.distance_m(b)));
        near.truncate(NEIGHBOURS_MAX);
        Ok(near)
    }

    /// Photos that look like this one in inspections that the reader may see; first those that are the very same file.
    pub(super) fn near(&self) -> Result<Vec<NearPhotoResponse>, crate::problem::Problem> {
        let own = self.id.to_string();
        let mut alike = vec![(self.hash, 0)];
        alike.extend(photos::near_duplicates(self.sql, self.hash)?);
        let mut found = Vec::new();
        for (hash, distance) in alike {
            let here = photos::state_of(self.sql, hash)?;
            for used in photos::uses_of(self.sql, hash)? {
                if used.inspection == own || !self.scope.contains(self.sql, &used.unit)? {
                    continue;
                }
                // Known to the queue, so that it can be opened there.
                if queue::find(self.sql, &used.inspection, &hash.to_string())?.is_none() {
                    continue;
                }
                found.push(NearPhotoResponse {
                    hash: hash.to_string(),
                    distance,
                    inspection: used.inspection,
                    point_name: used.point_name,
                    started_at: used.started_at.to_string(),
                    preview: here
                        .as_ref()
                        .is_some_and(|here| here.preview == Presence::Checked),
                });
            }
        }
        found.truncate(20);
        Ok(found)
    }
}

/// Metres east and north, on a plane that touches the earth at the origin; a kilometre away it is off by centimetres.
fn offset_m(origin: &PositionWgs84, place: &PositionWgs84) -> (f64, f64) {
    const METRES_PER_DEGREE: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0;
    let east = (place.longitude_deg() - origin.longitude_deg()) * origin.latitude_deg().to_radians().cos();
    let north = place.latitude_deg() - origin.latitude_deg();
    let rounded = |metres: f64| (metres * 10.0).round() / 10.0;
    (
        rounded(east * METRES_PER_DEGREE),
        rounded(north * METRES_PER_DEGREE),
    )
}
