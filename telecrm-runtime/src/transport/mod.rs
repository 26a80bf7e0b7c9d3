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

pub use api::AsyncApi;
#[cfg(feature = "blocking")]
pub use api::BlockingApi;
pub(crate) use api::Host;
#[cfg(feature = "sync")]
pub use api::SyncApi;
#[cfg(feature = "sync")]
pub(crate) use bounded_json::{NotParsed, parse};
pub use build_error::BuildError;
pub use builder::{Api, ClientBuilder};
pub(crate) use classify::{Expected, classify};
pub(crate) use connection::{Parts, Transport};
pub(crate) use response::Received;
pub use response::{ResponseView, envelope_code, excerpt};
