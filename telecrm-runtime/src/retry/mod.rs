//! Retries: selection, timing and content of repeated requests.

mod budget;
mod policy;
mod state;
mod stop_handle;
mod with_retries;

pub(crate) use budget::Budget;
pub use policy::RetryPolicy;
pub(crate) use state::Retry;
use state::{Failure, Next};
pub use stop_handle::StopHandle;
pub(crate) use stop_handle::Stopped;
pub(crate) use with_retries::{Pace, record, with_retries};
