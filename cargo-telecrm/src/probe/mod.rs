//! The probe: checks of the assumptions about telecrm against a workspace.
//!
//! Each row plans its requests ([`Plan`]) for a workspace, or reports the precondition that the workspace
//! lacks. [`Runner`] makes the requests and collects the readings, and a pure function of the row decides its
//! verdict from them.

mod plan;
mod reading;
mod report;
mod rows;
mod runner;
mod verdict;
mod workspace;

pub(crate) use self::plan::Plan;
pub(crate) use self::report::{Report, Totals};
pub(crate) use self::rows::plans;
pub(crate) use self::runner::{Runner, Stop};
pub(crate) use self::verdict::Judged;
pub(crate) use self::workspace::{Phones, Workspace};
