//! Leads that verification accepts.

use std::time::SystemTime;

use crate::lead::Lead;
use crate::prepared::PreparedLead;

/// Lead that [`Client::verify`](crate::sync::Client::verify) reads back.
///
/// It is a generated lead, a [`PreparedLead`], or a pair of one of them and a time. The time of a
/// pair replaces the `since` of the call: it is the time just before this lead was sent.
///
/// telecrm's field types determine how values are compared. A generated lead, and a `PreparedLead`
/// that was created from one, contain the types of their schema. For a body that was read from storage, the
/// client reads the types from the Sync API, once.
///
/// This trait is sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a telecrm lead",
    label = "not a generated lead, a `PreparedLead`, or a pair of a lead and a `SystemTime`"
)]
pub trait Verifiable: Sealed {}

pub trait Sealed {
    fn prepared(&self) -> PreparedLead;

    /// The time just before the lead was sent, if it differs from the `since` of the call.
    fn since(&self) -> Option<SystemTime> {
        None
    }
}

impl<L: Lead + ?Sized> Verifiable for L {}

impl<L: Lead + ?Sized> Sealed for L {
    fn prepared(&self) -> PreparedLead {
        PreparedLead::new(self)
    }
}

impl Verifiable for PreparedLead {}

impl Sealed for PreparedLead {
    fn prepared(&self) -> PreparedLead {
        self.clone()
    }
}

impl Verifiable for &PreparedLead {}

impl Sealed for &PreparedLead {
    fn prepared(&self) -> PreparedLead {
        (*self).clone()
    }
}

impl<L: Verifiable> Verifiable for (L, SystemTime) {}

impl<L: Verifiable> Sealed for (L, SystemTime) {
    fn prepared(&self) -> PreparedLead {
        self.0.prepared()
    }

    fn since(&self) -> Option<SystemTime> {
        Some(self.1)
    }
}
