//! A comparison for programs. The keys and the kinds' names are kept stable.

use serde_json::{Value, json};

use super::{Diff, Row};
use crate::output::json_pretty;

/// One object: the impact, and an array of rows.
pub(crate) fn json(diff: &Diff) -> String {
    let rows: Vec<Value> = diff.rows().iter().map(row).collect();
    json_pretty(&json!({ "verdict": diff.impact().name(), "rows": rows }))
}

fn row(row: &Row) -> Value {
    json!({
        "kind": row.kind.words().replace(' ', "_"),
        "path": row.path,
        "breaks_code": row.breaks_code,
        "drops_values": row.drops_values,
        "message": row.message,
    })
}
