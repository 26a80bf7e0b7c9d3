//! What the clients of both APIs share: where they may send, how the HTTP client beneath is set up,
//! and how much of an answer is believed.

mod base_url;
mod build_error;
mod connection;
mod environment;
mod response;

pub(crate) use base_url::{Api, Base};
pub use build_error::BuildError;
pub(crate) use connection::{Configure, Connection, authorization};
pub(crate) use environment::Environment;
pub(crate) use response::{envelope_code, in_words, read, redirect, retry_after};
