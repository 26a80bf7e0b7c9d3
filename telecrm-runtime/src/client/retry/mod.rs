//! When a lead is sent again, and with what.

mod budget;
mod machine;
mod policy;

pub(super) use budget::Budget;
pub(super) use machine::{Failure, Next, Retry};
pub use policy::RetryPolicy;
