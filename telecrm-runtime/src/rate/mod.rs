//! Rate limiting: no more requests than telecrm accepts for one token.

mod cooldown;
mod limiter;
mod registry;
mod setting;

#[cfg(feature = "sync")]
pub(crate) use limiter::Quota;
pub(crate) use limiter::{Limiter, millis};
pub(crate) use registry::Membership;
pub use setting::RateLimit;
