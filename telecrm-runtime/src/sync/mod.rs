//! Client of the Sync API: schemas, stored leads, confirmed writes, verification (feature `sync`).
//!
//! ```no_run
//! # async fn read() -> Result<(), Box<dyn std::error::Error>> {
//! use telecrm_runtime::sync;
//!
//! let client = sync::Client::from_env()?;
//! let fields = client.custom_fields().await?;
//! println!("{}", fields.as_str());
//!
//! let page = client.search(&sync::Search::new().field("phone", "919999999999")).await?;
//! println!("{} leads", page.total_count);
//! # Ok(())
//! # }
//! ```

pub(crate) mod client;
mod confirmation;
mod document;
mod drift;
pub(crate) mod lead;
pub(crate) mod live;
mod request;
pub(crate) mod response;
pub(crate) mod search;
mod settings;
pub(crate) mod verify_policy;
mod write;

pub use client::Client;
pub use confirmation::{ActionOutcome, Appended, Created, Remark};
pub use document::Document;
pub use drift::{Drift, DriftChange};
pub use lead::{Lead, Typed};
pub use search::{Search, SearchPage};
/// Crate of the JSON values in this module.
#[doc(no_inline)]
pub use serde_json;
pub use verify_policy::VerifyPolicy;

pub use crate::error::Error;
pub use crate::reading::Misfit;
pub use crate::transport::SyncApi;
pub use crate::verify::{ActionCheck, Mismatch, MismatchKind, Verifiable, Verification, VerifyAll};

/// Builder of a [`Client`] of the Sync API.
pub type ClientBuilder = crate::transport::ClientBuilder<SyncApi>;
