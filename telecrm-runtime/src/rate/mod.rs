//! Rate limiting: no more requests than telecrm accepts for one token.

mod cooldown;
mod limiter;
mod registry;
mod setting;

pub(crate) use limiter::{Limiter, Quota, millis};
pub(crate) use registry::Membership;
pub use setting::RateLimit;
