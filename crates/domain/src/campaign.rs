//! The three dimensions of audit and the seven specialties.

use crate::word::word_enum;

word_enum! {
    /// The dimension of an audit; every campaign is exactly one of them.
    pub enum Dimension {
        /// Routine audit.
        Routine => "routine", "常态稽查", "Routine audit";
        /// Online audit.
        Online => "online", "在线稽查", "Online audit";
        /// Special audit.
        Special => "special", "专项稽查", "Special audit";
    }
}

word_enum! {
    /// The seven specialties of marketing. There is no eighth.
    pub enum Specialty {
        /// New connections (`YK`).
        Connection => "connection", "业扩报装", "Connection";
        /// Reading, billing and collection (`CHS`).
        Billing => "billing", "抄核收", "Billing";
        /// Metering (`JL`).
        Metering => "metering", "计量管理", "Metering";
        /// Inspection of customers' use (`YJ`).
        UsageInspection => "usage_inspection", "用电检查", "Usage inspection";
        /// Customer service (`KF`).
        Service => "service", "客户服务", "Service";
        /// Outage management (`TD`).
        Outage => "outage", "停电管理", "Outage";
        /// Line loss (`XS`).
        LineLoss => "line_loss", "线损管理", "Line loss";
    }
}

impl Specialty {
    /// The code used in numbers of forms and rules.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Connection => "YK",
            Self::Billing => "CHS",
            Self::Metering => "JL",
            Self::UsageInspection => "YJ",
            Self::Service => "KF",
            Self::Outage => "TD",
            Self::LineLoss => "XS",
        }
    }

    /// The specialty with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|specialty| specialty.code() == code)
    }
}
