//! Output of results: the formats of findings, JSON and unified diffs.

mod finding;
mod format;
mod json;
mod unified;

pub(crate) use self::finding::{Finding, Severity};
pub(crate) use self::format::Format;
pub(crate) use self::json::{json_line, json_pretty};
pub(crate) use self::unified::unified_diff;
