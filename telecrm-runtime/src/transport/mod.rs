//! HTTP: base URL, connection, environment, and bounded, sanitised response parsing.

mod api;
mod base_url;
mod bounded_json;
mod build_error;
mod builder;
mod classify;
mod connection;
mod environment;
mod response;

#[cfg(feature = "blocking")]
pub use api::BlockingApi;
pub(crate) use api::Host;
#[cfg(feature = "sync")]
pub use api::SyncApi;
pub use api::{Api, AsyncApi};
pub(crate) use base_url::Base;
#[cfg(feature = "sync")]
pub(crate) use bounded_json::{NotParsed, parse};
pub use build_error::BuildError;
pub use builder::ClientBuilder;
pub(crate) use classify::{Expected, classify};
pub(crate) use connection::{Parts, Transport};
#[cfg(any(test, fuzzing))]
pub(crate) use response::{Envelope, excerpt};
pub(crate) use response::{Received, code_in_brackets};
pub use response::{ResponseSummary, ResponseView};
