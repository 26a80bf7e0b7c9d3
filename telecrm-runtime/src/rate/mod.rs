//! Rate limiting: no more requests than telecrm accepts for one token.

mod cooldown;
mod limiter;
mod quota;
mod registry;
mod setting;

pub(crate) use limiter::{Limiter, millis};
#[cfg(feature = "sync")]
pub(crate) use quota::Quota;
pub(crate) use registry::Membership;
pub use setting::RateLimit;
