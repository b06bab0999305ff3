//! The dimension and the specialty of an audit.

use crate::words::mirrored_words;

mirrored_words! {
    /// The dimension of an audit; every campaign is exactly one of them.
    Dimension = jicha_domain::campaign::Dimension {
        /// Routine audit.
        Routine,
        /// Online audit.
        Online,
        /// Special audit.
        Special,
    }

    /// The seven specialties of marketing. There is no eighth.
    Specialty = jicha_domain::campaign::Specialty {
        /// New connections (`YK`).
        Connection,
        /// Reading, billing and collection (`CHS`).
        Billing,
        /// Metering (`JL`).
        Metering,
        /// Inspection of customers' use (`YJ`).
        UsageInspection,
        /// Customer service (`KF`).
        Service,
        /// Outage management (`TD`).
        Outage,
        /// Line loss (`XS`).
        LineLoss,
    }
}
