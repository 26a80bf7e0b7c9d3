//! Verification: reads queued leads back and compares them with the sent leads (D41).

mod actions;
mod compare;
mod engine;
mod outcome;
mod pairing;
mod sought;
mod stream;
mod verifiable;

pub use actions::ActionCheck;
pub use outcome::{Mismatch, MismatchKind, Verification};
pub use stream::VerifyAll;
pub use verifiable::Verifiable;
