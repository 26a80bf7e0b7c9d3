//! Access to the endpoints: secrets of senders, allowed origins, and limits for visitors.

mod limits;
mod origin;
mod secret;
mod visitor;

pub(crate) use limits::{Limits, limit_visitors, too_many};
pub use origin::{AllowedOrigin, InvalidOrigin};
pub(crate) use origin::{allow_origins, refuse_other_sites};
pub use secret::{BlankSecret, Secret};
