//! Whose device it is.

use jicha_device::enrolment::Enrolment;

/// Who the device belongs to. The device's token and key are not shown.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct EnrolmentRecord {
    /// The server's address.
    pub server: String,
    /// The device's id.
    pub device: String,
    /// The person's id.
    pub person: String,
    /// The person's name.
    pub person_name: String,
    /// The code of the person's unit; none for a person without a role.
    pub unit: Option<String>,
}

impl From<Enrolment> for EnrolmentRecord {
    fn from(enrolment: Enrolment) -> Self {
        Self {
            server: enrolment.server,
            device: enrolment.device.to_string(),
            person: enrolment.person.to_string(),
            person_name: enrolment.person_name,
            unit: super::texts(enrolment.unit),
        }
    }
}
