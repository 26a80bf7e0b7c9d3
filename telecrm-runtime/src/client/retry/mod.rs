//! When a lead is sent again, and with what.

mod budget;
mod machine;
mod policy;

pub(crate) use budget::Budget;
pub(crate) use machine::{Failure, Next, Retry};
pub use policy::RetryPolicy;
