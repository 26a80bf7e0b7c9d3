//! Retries: which failed requests are repeated, when, and with what.

mod budget;
pub(crate) mod jitter;
mod policy;
mod state;
mod stop_handle;

pub(crate) use budget::Budget;
pub use policy::RetryPolicy;
pub(crate) use state::{Failure, Next, Retry};
pub use stop_handle::StopHandle;
pub(crate) use stop_handle::Stopped;
