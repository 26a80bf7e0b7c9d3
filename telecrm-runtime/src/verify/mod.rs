//! Verification: reads queued leads back and compares them with what was sent (D41).

mod actions;
mod compare;
mod engine;
mod live;
mod outcome;
mod pairing;
mod policy;
mod sought;
mod stream;

pub(crate) use live::{FieldTypes, field_type, identifier, option_labels, text};
pub use outcome::{Mismatch, MismatchKind, Verification};
pub use policy::VerifyPolicy;
pub use stream::VerifyAll;
