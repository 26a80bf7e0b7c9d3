//! A telecrm on loopback, for tests: it takes leads at the Async endpoint, stores them as the
//! real one would, and says what the real one drops without a word.
//!
//! ```no_run
//! # async fn test() -> Result<(), telecrm_emulator::StartError> {
//! use telecrm_emulator::{Emulator, Outcome};
//!
//! let telecrm = Emulator::builder().schema_file("schema/workspace.yaml").start().await?;
//! // Send leads to telecrm.url() with telecrm.async_token() …
//! for delivery in telecrm.deliveries() {
//!     assert_eq!(delivery.lead, Outcome::Stored);
//!     assert!(delivery.drops.is_empty(), "{:?}", delivery.drops);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Over HTTP
//!
//! | request | answer |
//! |---|---|
//! | `POST /enterprise/{id}/autoupdatelead` | the Async API |
//! | `GET /emulator/leads` | a JSON array of [`StoredLead`] |
//! | `GET /emulator/deliveries` | a JSON array of [`Delivery`], newest last |
//! | `POST /emulator/reset` | 204; leads and deliveries are forgotten |
//!
//! # The judge
//!
//! [`Judge`] is the engine behind it: a request body as raw JSON against a workspace's schema.
//! It shares no code with the generated types or their runtime, so its word about what they send
//! is worth something.
//!
//! Where telecrm's documentation is silent, it decides like this:
//!
//! - Each body is judged by the schema alone: a label that an earlier body created is still
//!   reported (D06, D08), every time.
//! - `null` and `""` are judged by the field's type as any other value; only a text takes `""`.
//! - A blank label is dropped, as nothing could be created from it.
//! - In an action's field everything that is dropped is D24; a label that telecrm creates there
//!   is D06 or D08. A key beside an action's own is D24, `created_on` on a payment D25.
//! - A dropdown with `codegen: open`, and any field under `codegen: skip`, take what comes.
//! - A locked field (`lockAfterCreate`) of an existing lead keeps its value; the drop's code is
//!   [`Code::Locked`], which is not in the catalogue.
//! - Of a key that is repeated in one JSON object the last one counts.

mod builder;
mod clock;
mod code;
mod counters;
mod country;
mod delivery;
mod emulator;
mod engine;
mod faults;
mod judge;
mod metadata;
mod near;
mod page;
mod report;
mod rules;
mod server;
mod store;
mod tokens;

pub use builder::{Builder, StartError};
pub use clock::Clock;
pub use code::Code;
pub use counters::Counters;
pub use country::InvalidCountryCode;
pub use delivery::{DELIVERIES_KEPT, DELIVERY_BYTES_KEPT, Delivery, Drop, Outcome};
pub use emulator::Emulator;
pub use engine::QUEUE_KEPT;
pub use faults::{Fault, Faults, Rate};
pub use judge::{AcceptedLead, Judge, Malformed, Verdict};
pub use store::StoredLead;
pub use tokens::{HOURLY_LIMIT, TokenKind, TooManyTokens};
