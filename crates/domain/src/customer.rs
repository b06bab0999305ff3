//! Customers. Personal data: carried to a phone only as far as the task needs it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::id::CustomerNo;

/// A customer as in the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// Number (户号).
    pub no: CustomerNo,
    /// Name (户名).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<String>,
    /// Telephone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
    /// Person to ask for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub contact: Option<String>,
    /// Supply voltage as the ledger says it, e.g. `10kV`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub voltage: Option<String>,
    /// Contracted capacity in kVA.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub capacity_kva: Option<Decimal>,
    /// Price class (电价代码).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub price_code: Option<String>,
}

impl Customer {
    /// A customer of whom only the number is known.
    #[must_use]
    pub const fn new(no: CustomerNo) -> Self {
        Self {
            no,
            name: None,
            address: None,
            phone: None,
            contact: None,
            voltage: None,
            capacity_kva: None,
            price_code: None,
        }
    }

    /// What a work package carries: enough to find the place and compare the ledger, without telephone and contact.
    #[must_use]
    pub fn thinned(self) -> Self {
        Self {
            phone: None,
            contact: None,
            ..self
        }
    }
}
