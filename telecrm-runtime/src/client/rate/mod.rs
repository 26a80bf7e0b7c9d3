//! Never more requests than telecrm takes from a token.

mod limiter;
mod registry;
mod setting;
mod slowdown;

pub(super) use limiter::Limiter;
pub(super) use registry::shared;
pub use setting::RateLimit;
