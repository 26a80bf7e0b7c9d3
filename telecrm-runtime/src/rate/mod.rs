//! Rate limiting: no more requests than telecrm accepts for one token.

mod cooldown;
mod limiter;
mod registry;
mod setting;

pub(crate) use limiter::Limiter;
pub(crate) use registry::shared;
pub use setting::RateLimit;
