//! Runtime for the Rust types that telecrm-codegen generates: values, leads, HTTP clients.
//!
//! telecrm responds with `200 {"status":"QUEUED"}` to every request, and then silently drops data that
//! does not fit the workspace. This crate detects such a mistake before it sends a request: rustc rejects
//! code with the wrong field, type, label or literal, and parsing rejects input that telecrm would drop.
//!
//! ```
//! use telecrm_runtime::{Email, Number, Phone, phone};
//!
//! // rustc checks a literal …
//! let jane = phone!("919999999999");
//! // … and parsing checks input.
//! let typed = Phone::normalize("098765 43210", "91")?;
//! let email = "jane.doe@example.com".parse::<Email>()?;
//! let seats = Number::from(2);
//! # let _ = (jane, typed, email, seats);
//! # Ok::<(), telecrm_runtime::ValueError>(())
//! ```
//!
//! # Common tasks
//!
//! The rows are in the order in which an application needs them.
//!
//! | task | items |
//! |---|---|
//! | Include the code that telecrm-codegen generates | [`include_workspace!`] |
//! | Find the values that a setter accepts | [`setter`], [`phone!`], [`email!`], [`literal!`] |
//! | Send a lead, and react to an error | [`Client::send`], [`Receipt`], [`Error`] |
//! | Send a lead without async | [`blocking::Client`] |
//! | Read a lead from a form, a webhook or a CSV row | [`parse_lead`], [`ParseOptions`], [`SetErrors`] |
//! | Keep the valid values of an input that no user corrects | [`parse_partial`] |
//! | Read phones and amounts in the formats that users type | [`Phone::normalize`], [`Money::normalize`] |
//! | Show the user why a value is invalid, or match the reason | [`ValueError`], [`Reason`] |
//! | Build a form from the schema: labels, types, options, limits | [`Workspace::field`], [`FieldInfo`] |
//! | Verify that telecrm stores a lead as sent | [`sync::Client::verify`], [`sync::Verification`] |
//! | Read stored leads into the generated types | [`sync::Client::search`], [`sync::Lead::typed`] |
//! | Find differences between the program and the live workspace | [`sync::Client::drift`] |
//! | Write with a confirmation of each part | [`sync::Client::create`], [`sync::Client::update`] |
//! | Send and verify many leads | [`Client::send_all`], [`sync::Client::verify_all`] |
//! | Serve several workspaces | [`GeneratedLead`], [`Client::builder_from_env_prefixed`] |
//! | Keep leads while telecrm or the program is down | the crate [telecrm-outbox](https://docs.rs/telecrm-outbox) |
//! | Store a lead as JSON and read it later | [`PreparedLead`], [`to_json`], [`from_json`] |
//! | Write another durable queue | [`queue`] |
//!
//! # Features
//!
//! All features are additive.
//!
//! | feature | adds |
//! |---|---|
//! | `client` (default) | the client of the Async API |
//! | `rustls` (default), `native-tls`, `rustls-no-provider` | a TLS implementation for `https` |
//! | `blocking` | a client without async: [`blocking`] |
//! | `sync` | the client of the Sync API, which reads schemas and leads, and confirms writes: [`sync`] |
//! | `pace-key` | a key of the token for a durable queue on several machines: [`queue`] |
//! | `jiff`, `chrono`, `time` | conversions from the instants of these crates to [`Date`] |
//! | `serde` | `Serialize` and `Deserialize` by label for the generated enums of options |
//!
//! The default TLS implementation is rustls with `aws-lc-rs`, like reqwest's. The README of this crate shows
//! how a program chooses another one.
//!
//! Generated leads do not implement `Deserialize`, because a derived implementation would expect the
//! names of the Rust fields. [`from_json`] reads a lead by its API names.
// Links to items of features that are off.
#![cfg_attr(not(feature = "client"), doc = "")]
#![cfg_attr(
    not(feature = "client"),
    doc = "[`Client::send`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/struct.Client.html"
)]
#![cfg_attr(
    not(feature = "client"),
    doc = "[`Client::send_all`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/struct.Client.html"
)]
#![cfg_attr(
    not(feature = "client"),
    doc = "[`Client::builder_from_env_prefixed`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/struct.Client.html"
)]
#![cfg_attr(
    not(feature = "client"),
    doc = "[`Receipt`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/struct.Receipt.html"
)]
#![cfg_attr(
    not(feature = "client"),
    doc = "[`Error`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/enum.Error.html"
)]
#![cfg_attr(
    not(feature = "client"),
    doc = "[`queue`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/queue/"
)]
#![cfg_attr(not(feature = "blocking"), doc = "")]
#![cfg_attr(
    not(feature = "blocking"),
    doc = "[`blocking`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/blocking/"
)]
#![cfg_attr(
    not(feature = "blocking"),
    doc = "[`blocking::Client`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/blocking/struct.Client.html"
)]
#![cfg_attr(not(feature = "sync"), doc = "")]
#![cfg_attr(
    not(feature = "sync"),
    doc = "[`sync`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/sync/"
)]
#![cfg_attr(
    not(feature = "sync"),
    doc = "[`sync::Verification`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/sync/enum.Verification.html"
)]
#![cfg_attr(
    not(feature = "sync"),
    doc = "[`sync::Lead::typed`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/sync/struct.Lead.html"
)]
#![cfg_attr(
    not(feature = "sync"),
    doc = "[`sync::Client::verify`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/sync/struct.Client.html"
)]
#![cfg_attr(
    not(feature = "sync"),
    doc = "[`sync::Client::verify_all`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/sync/struct.Client.html"
)]
#![cfg_attr(
    not(feature = "sync"),
    doc = "[`sync::Client::search`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/sync/struct.Client.html"
)]
#![cfg_attr(
    not(feature = "sync"),
    doc = "[`sync::Client::drift`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/sync/struct.Client.html"
)]
#![cfg_attr(
    not(feature = "sync"),
    doc = "[`sync::Client::create`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/sync/struct.Client.html"
)]
#![cfg_attr(
    not(feature = "sync"),
    doc = "[`sync::Client::update`]: https://docs.rs/telecrm-runtime/latest/telecrm_runtime/sync/struct.Client.html"
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

// This module is first because the other modules use the macros that it defines.
#[macro_use]
mod literal;

mod action;
#[cfg(feature = "blocking")]
pub mod blocking;
mod body;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod credentials;
#[cfg(feature = "client")]
mod error;
mod field;
mod field_info;
mod fingerprint;
mod impl_action;
mod impl_fields;
mod impl_lead;
mod include;
mod invisible;
#[cfg(feature = "client")]
mod jitter;
mod label;
mod lead;
mod open;
mod parse;
mod parse_options;
mod payment;
mod pipeline;
mod placeholder;
mod prepared;
#[cfg(feature = "client")]
pub mod queue;
#[cfg(feature = "client")]
mod rate;
#[cfg(feature = "client")]
pub mod raw;
mod reading;
#[cfg(feature = "client")]
mod receipt;
#[cfg(feature = "client")]
mod retry;
mod set;
pub mod setter;
mod slot;
mod suggest;
#[cfg(feature = "sync")]
pub mod sync;
mod tags;
#[cfg(feature = "client")]
mod transport;
mod value;
#[cfg(feature = "sync")]
mod verify;
mod wire;
mod workspace;

pub use body::to_json;
#[cfg(feature = "client")]
pub use client::{Client, Progress, ProgressHandle, SendAll, Sent};
#[cfg(feature = "client")]
pub use credentials::{AsyncToken, CredentialError, EnterpriseId, SyncToken};
#[cfg(feature = "client")]
pub use error::{Error, ResponseSummary, SharedCause};
pub use field_info::{FieldInfo, FieldPart, FieldType, Fields};
pub use fingerprint::Fingerprint;
pub use label::{LabelKind, Labelled};
pub use lead::{GeneratedLead, Lead, MissingFields};
pub use open::Open;
pub use parse::{Partial, parse_lead, parse_partial};
pub use parse_options::ParseOptions;
pub use payment::{Currency, Payment, PaymentStatus};
pub use pipeline::{ArchivedLostReason, ArchivedStatus, Stage};
pub use prepared::{InvalidLeadBody, PreparedLead};
#[cfg(feature = "client")]
pub use rate::RateLimit;
pub use reading::{Misfit, ReadError, from_json};
#[cfg(feature = "client")]
pub use receipt::{ActionDelivery, Receipt, UnconfirmedAction};
/// The HTTP client of [`ClientBuilder::http`], in the version that the method accepts.
#[cfg(feature = "client")]
#[doc(no_inline)]
pub use reqwest;
#[cfg(feature = "client")]
pub use retry::{RetryPolicy, StopHandle};
#[doc(hidden)]
pub use serde_core as serde;
pub use set::{SetError, SetErrors};
#[cfg(feature = "client")]
pub use transport::{Api, AsyncApi, BuildError, ClientBuilder, ResponseView};
pub use value::{
    ActiveUser, Amount, BoundedText, Date, Email, MediaLink, Money, NonBlankText, Number, Phone,
    Rating, Reason, Text, ValueError, Website,
};
pub use workspace::{ActionInfo, Workspace};

/// Items for generated code, the macros of this crate and its tests.
///
/// They may change in any version.
#[doc(hidden)]
pub mod __private {
    pub use std::vec::Vec;

    pub use crate::action::{ActionRef, CustomAction, NotBackdatable, ReadAction};
    pub use crate::body::serialize_lead;
    #[cfg(feature = "client")]
    pub use crate::client::broken_rule;
    pub use crate::invisible::is_invisible;
    #[cfg(feature = "serde")]
    pub use crate::label::deserialize_label;
    pub use crate::label::{debug_label, parse_label};
    pub use crate::payment::{UnknownPaymentStatus, UnsupportedCurrency};
    pub use crate::set::set;
    pub use crate::slot::{Slot, Slots, clone_fields, debug_fields, same_fields};
    #[cfg(feature = "sync")]
    pub use crate::sync::response::documented;
    #[cfg(feature = "client")]
    pub use crate::transport::{envelope_code, excerpt};
}
