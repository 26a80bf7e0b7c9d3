//! Place of a body in an input.

use std::fmt;

use serde::Serialize;
use telecrm_schema::escaped;

/// Place of a body: `leads.jsonl:3`, or `leads.jsonl:3[0]` for an element of an array.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Place<'a> {
    /// The input as the user named it.
    pub(crate) file: &'a str,
    /// The line, counted from 1.
    pub(crate) line: u64,
    /// The index of an element of an array, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<usize>,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, index } = self;
        write!(f, "{}:{line}", escaped(file))?;
        index.map_or(Ok(()), |index| write!(f, "[{index}]"))
    }
}
