//! From telecrm's names to Rust's: [`casing`] spells one name, [`Scope`] keeps those of one
//! namespace apart, [`reserved`] lists what each namespace has taken already.

pub(crate) mod casing;
pub(crate) mod reserved;
mod scope;

pub(crate) use self::casing::Style;
pub(crate) use self::scope::{Claim, Owner, Scope};
