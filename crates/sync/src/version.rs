//! Which version of the protocol two ends speak.

use std::ops::RangeInclusive;

/// The versions that this crate speaks.
pub const PROTOCOL_VERSIONS: RangeInclusive<u16> = 1..=1;

/// Two ends that have no version in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// The app must be updated. Over HTTP this is status 426, problem `client_too_old`.
    #[error(
        "the app speaks the protocol up to version {device_max}; this server needs at least {server_min}"
    )]
    TooOld {
        /// The newest version that the device speaks.
        device_max: u16,
        /// The oldest version that the server speaks.
        server_min: u16,
    },
    /// The server must be updated. Over HTTP this is status 501, problem `client_too_new`.
    #[error(
        "the app speaks the protocol from version {device_min} on; this server knows at most {server_max}"
    )]
    TooNew {
        /// The oldest version that the device speaks.
        device_min: u16,
        /// The newest version that the server speaks.
        server_max: u16,
    },
}

/// The newest version that both sides speak.
pub fn negotiate(device: RangeInclusive<u16>, server: RangeInclusive<u16>) -> Result<u16, VersionError> {
    if device.end() < server.start() {
        return Err(VersionError::TooOld {
            device_max: *device.end(),
            server_min: *server.start(),
        });
    }
    if device.start() > server.end() {
        return Err(VersionError::TooNew {
            device_min: *device.start(),
            server_max: *server.end(),
        });
    }
    Ok(*device.end().min(server.end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_common_version_is_spoken() {
        assert_eq!(negotiate(1..=3, 2..=5), Ok(3));
        assert_eq!(negotiate(2..=9, 1..=4), Ok(4));
        assert_eq!(negotiate(1..=1, 1..=1), Ok(1));
    }

    #[test]
    fn an_app_that_is_too_old_is_told_which_version_it_needs() {
        let error = negotiate(1..=1, 2..=5).unwrap_err();
        assert_eq!(
            error,
            VersionError::TooOld {
                device_max: 1,
                server_min: 2
            }
        );
        assert!(error.to_string().contains("at least 2"));
    }

    #[test]
    fn an_app_that_is_newer_than_the_server_is_told_apart() {
        assert_eq!(
            negotiate(6..=7, 2..=5),
            Err(VersionError::TooNew {
                device_min: 6,
                server_max: 5
            })
        );
    }
}
