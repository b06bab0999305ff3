//! What may travel over which link.

use jicha_store::photo_queue::Variant;
use jicha_store::setting;
use rusqlite::Connection;

use crate::Error;

const ORIGINALS_ONLY_OVER_WIFI: &str = "photos:originals_only_over_wifi";

/// What the phone is connected by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Wi-Fi or a cable: bytes cost nothing.
    Wifi,
    /// The mobile network.
    Mobile,
    /// The phone does not know; taken to cost money.
    Unknown,
}

/// Thumbnails and previews go over any network. Originals are a hundred times as large.
pub(super) fn allows(connection: &Connection, link: LinkKind, variant: Variant) -> Result<bool, Error> {
    let free = variant != Variant::Original || link == LinkKind::Wifi;
    Ok(free || !originals_only_over_wifi(connection)?)
}

pub(super) fn originals_only_over_wifi(connection: &Connection) -> Result<bool, Error> {
    Ok(setting::get(connection, ORIGINALS_ONLY_OVER_WIFI)?.as_deref() != Some("0"))
}

pub(super) fn set_originals_only_over_wifi(connection: &Connection, only: bool) -> Result<(), Error> {
    let value = if only { "1" } else { "0" };
    Ok(setting::set(connection, ORIGINALS_ONLY_OVER_WIFI, value)?)
}
