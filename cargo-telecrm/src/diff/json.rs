//! A comparison for other programs. Its keys and the names of the kinds are stable.

use serde_json::{Value, json};

use super::{Diff, Row};
use crate::output::json_pretty;

/// Returns one object with the impact and an array of rows.
pub(crate) fn json(diff: &Diff) -> String {
    let rows: Vec<Value> = diff.rows().iter().map(row).collect();
    json_pretty(&json!({ "verdict": diff.impact().name(), "rows": rows }))
}

pub(super) fn row(row: &Row) -> Value {
    json!({
        "kind": row.kind.words().replace(' ', "_"),
        "path": row.path,
        "breaks_code": row.breaks_code,
        "drops_values": row.drops_values,
        "message": row.message,
    })
}
