//! Extension point for tools that examine telecrm: requests with any body.
//!
//! The types of a lead exclude the values that telecrm drops. A tool that checks the behavior of telecrm
//! itself, such as `cargo telecrm probe`, has to send these values too. Programs that deliver leads do not
//! need this module.

#[cfg(feature = "sync")]
use serde_json::Value;

use crate::client::Client;
use crate::error::Error;
#[cfg(feature = "sync")]
use crate::sync::{self, Document};

/// Requests to the Async API with any body.
///
/// This trait is sealed.
pub trait SendText: sealed::Sealed {
    /// Sends a text as the body of one request, which waits for its turn and is never repeated.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Client::send`].
    fn send_text_once(&self, body: String) -> impl Future<Output = Result<(), Error>> + Send;
}

impl SendText for Client {
    async fn send_text_once(&self, body: String) -> Result<(), Error> {
        self.deliver_once(body.into(), true).await
    }
}

/// Requests to the Sync API with any body.
///
/// This trait is sealed.
#[cfg(feature = "sync")]
pub trait WriteJson: sealed::Sealed {
    /// Calls `POST /lead`. A request that telecrm may have received is not repeated.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`sync::Client::create`].
    fn create_json(&self, body: &Value) -> impl Future<Output = Result<Document, Error>> + Send;

    /// Calls `POST /lead/{leadId}`.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`sync::Client::update`].
    fn update_json(
        &self,
        lead_id: &str,
        body: &Value,
    ) -> impl Future<Output = Result<Document, Error>> + Send;
}

#[cfg(feature = "sync")]
impl WriteJson for sync::Client {
    fn create_json(&self, body: &Value) -> impl Future<Output = Result<Document, Error>> + Send {
        sync::Client::create_json(self, body)
    }

    fn update_json(
        &self,
        lead_id: &str,
        body: &Value,
    ) -> impl Future<Output = Result<Document, Error>> + Send {
        sync::Client::update_json(self, lead_id, body)
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::Client {}
    #[cfg(feature = "sync")]
    impl Sealed for super::sync::Client {}
}
