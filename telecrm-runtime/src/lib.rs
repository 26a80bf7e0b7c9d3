//! Runtime of the Rust types that telecrm-codegen generates: values, leads, and the HTTP client.
//!
//! telecrm answers `200 {"status":"QUEUED"}` to anything, and silently drops whatever does not fit the
//! workspace. So a mistake is refused before it is sent: by rustc where it can know, otherwise when a
//! value is made.
//!
//! ```
//! use telecrm_runtime::{Email, Number, Phone, phone};
//!
//! // A literal is checked by rustc …
//! let jane = phone!("919999999999");
//! // … and input is checked when it is parsed.
//! let typed = Phone::normalize("098765 43210", "91")?;
//! let email = "jane.doe@example.com".parse::<Email>()?;
//! let seats = Number::from(2);
//! # let _ = (jane, typed, email, seats);
//! # Ok::<(), telecrm_runtime::ValueError>(())
//! ```
//!
//! [`include_workspace!`] brings generated code in, and [`Client::send`] sends a lead.
//!
//! # Where to look
//!
//! | for | see |
//! |---|---|
//! | input from a form, a webhook or a CSV row | [`parse_lead`], [`ParseOptions`], [`SetError`] |
//! | phones as people type them | [`Phone::normalize`] |
//! | a refused value: a text for people, a reason to match | [`ValueError`], [`Reason`] |
//! | building a form from the schema: labels, types, options, limits | [`Workspace::field`], [`FieldInfo`] |
//! | keeping a lead as JSON and reading it back | [`to_json`], [`from_json`] |
//! | what setters take | [`setter`] |
//!
//! # Features
//!
//! All are additive. `rustls` (default), `native-tls` and `rustls-no-provider` say how `https` is
//! spoken; `blocking` is for a client without async (`telecrm_runtime::blocking`); `sync` for one
//! that reads schemas and leads (`telecrm_runtime::sync`); `jiff`, `chrono` and `time` make those crates'
//! instants values of date fields; `serde` (de)serialises the options of generated enums by label. (A
//! derived `Deserialize` on a lead would read Rust's names: [`from_json`] reads a lead back.)

#![cfg_attr(docsrs, feature(doc_cfg))]

// First: within the crate the short forms of `literal!` are known from here on.
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
mod impl_fields;
mod include;
mod invisible;
#[cfg(feature = "client")]
mod jitter;
mod label;
mod lead;
mod parse_options;
mod payment;
mod prepared;
#[cfg(feature = "client")]
mod rate;
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
pub use label::{ArchivedLostReason, ArchivedStatus, Labelled, Open, Stage};
pub use lead::{GeneratedLead, Lead};
pub use parse_options::ParseOptions;
pub use payment::{Currency, Payment, PaymentStatus};
pub use prepared::{InvalidLeadBody, PreparedLead};
#[cfg(feature = "client")]
pub use rate::RateLimit;
pub use reading::{Misfit, ReadError, from_json};
#[cfg(feature = "client")]
pub use receipt::{ActionDelivery, Receipt, UnconfirmedAction};
/// The HTTP client that [`ClientBuilder::http`] sets up, in the version that it takes.
#[cfg(feature = "client")]
#[doc(no_inline)]
pub use reqwest;
#[cfg(feature = "client")]
pub use retry::{RetryPolicy, StopHandle};
#[doc(hidden)]
pub use serde_core as serde;
pub use set::{SetError, parse_lead};
#[cfg(feature = "client")]
pub use transport::{Api, AsyncApi, BuildError, ClientBuilder, ResponseView};
pub use value::{
    ActiveUser, Amount, BoundedText, Date, Email, MediaLink, Money, NonBlankText, Number, Phone,
    Rating, Reason, Text, ValueError, Website,
};
pub use workspace::{ActionInfo, Workspace};

/// Items that only generated code, the macros of this crate and its tests call. They may change in any
/// version.
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
    #[cfg(feature = "client")]
    pub use crate::transport::{envelope_code, excerpt};
}
