//! A telecrm on loopback, for tests: it takes leads at the Async endpoint, stores them as the
//! real one would, and says what the real one drops without a word. It has the Sync API that a
//! reader needs, faults on purpose, a clock that tests move, and a page that shows all of it.
//!
//! ```no_run
//! # async fn test() -> Result<(), telecrm_emulator::StartError> {
//! use telecrm_emulator::{Emulator, Fault, Faults};
//!
//! let telecrm = Emulator::builder().schema_file("schema/workspace.yaml").start().await?;
//! telecrm.set_faults(Faults::once(Fault::TooManyRequests { retry_after: Some(1) }));
//! // Send leads to telecrm.url() with telecrm.async_token() …
//! telecrm.assert_nothing_dropped();
//! # Ok(())
//! # }
//! ```
//!
//! # Over HTTP
//!
//! | request | answer |
//! |---|---|
//! | `POST /enterprise/{id}/autoupdatelead` | the Async API |
//! | `…  /autoupdate/v2/enterprise/{id}/…` | the Sync API: `metadata`, `custom-fields`, `custom-actions`, `lead-stage-pipeline`, `lead/search`, `lead`, `lead/{id}`, `lead/{id}/action` |
//! | `GET /` | the inspector page, live |
//! | `GET /emulator/leads` | a JSON array of [`StoredLead`] |
//! | `GET /emulator/deliveries` | a JSON array of [`Delivery`], newest last |
//! | `GET /emulator/counters` | [`Counters`] |
//! | `PUT /emulator/faults` | 204; takes [`Faults`] |
//! | `PUT /emulator/processing` | `{"hold":true}` lets requests wait, `{"hold":false}` goes on; answers `{"processed":n}` |
//! | `POST /emulator/clock` | 204; takes `{"advance_millis":3600000}` |
//! | `POST /emulator/tokens` | 201 with `{"token":…}`; takes `{"kind":"async"}` or `"sync"` |
//! | `DELETE /emulator/tokens/{token}` | 204; the token is revoked |
//! | `POST /emulator/reset` | 204; everything is as it was at the start, but for the clock |
//!
//! # Where the documentation of telecrm is silent
//!
//! - The hourly limit slides: a request counts until it is an hour old. What is refused after its
//!   token was accepted counts too; a 429 does not, and comes without `Retry-After`.
//! - The Sync API has no limit here. A lead's actions are listed newest first, as searches are.
//!   Results of a search carry `_id`, `id`, `status`, `created_on` and `modified_on` too, as public
//!   integrations read them. Dates as text are UTC.
//! - In an update by the Sync API, unknown fields, unknown statuses and locked fields are left out;
//!   whatever else does not fit refuses the whole update.
//! - Ids, scores and times that the schema does not give are made up, the same in every run.
//!
//! # Bounds
//!
//! The newest [`DELIVERIES_KEPT`] deliveries are remembered, of [`DELIVERY_BYTES_KEPT`] at most;
//! [`Counters`] count all. A body is at most one mebibyte. Leads and their timelines are kept
//! whole, as they are the outcome.
//!
//! # The validator
//!
//! What is dropped is decided by [`telecrm_schema::validate::Validator`]: a request body as raw JSON against a
//! workspace's schema. It shares no code with the generated types or their runtime, so its word
//! about what they send is worth something. A locked field (`lockAfterCreate`) of an existing lead
//! keeps its value; that drop's rule is [`DropRule::Locked`], which is not in the catalogue.

mod builder;
mod clock;
mod counters;
mod delivery;
mod emulator;
mod engine;
mod error;
mod faults;
mod loaded;
mod loss;
mod metadata;
mod page;
mod report;
mod seed;
mod server;
mod size;
mod store;
mod team;
mod tokens;
mod watch;

pub use builder::Builder;
pub use clock::Clock;
pub use counters::Counters;
pub use delivery::{DELIVERIES_KEPT, DELIVERY_BYTES_KEPT, Delivery};
pub use emulator::Emulator;
pub use engine::{LEAD_BYTES_KEPT, QUEUE_BYTES_KEPT, QUEUE_KEPT};
pub use error::{ReplaceError, StartError};
pub use faults::{Fault, FaultRate, Faults, InvalidFault, InvalidRate};
pub use seed::InvalidSeed;
pub use store::StoredLead;
pub use team::TeamMember;
pub use telecrm_schema::validate::{DropRule, InvalidCountryCode, LeadOutcome, Violation};
pub use tokens::{HOURLY_LIMIT, TokenKind, TooManyTokens};
pub use watch::Watch;
