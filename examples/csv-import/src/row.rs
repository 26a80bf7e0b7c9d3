//! Conversion of a row to a lead, or to a reject with its reason.

use telecrm_runtime::{ParseOptions, SetError, parse_lead};

use crate::cell;
use crate::columns::{self, Columns};
use crate::crm::Lead;

/// The reason why a row is not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reject {
    /// The index of the column.
    pub(crate) column: usize,
    /// An id in the catalogue of silent drops, or the name of a spreadsheet's trick.
    pub(crate) rule: &'static str,
    pub(crate) reason: String,
}

/// Converts a row to a lead.
///
/// # Errors
///
/// Returns the first cell with an invalid or uncertain value.
pub(crate) fn lead(
    row: &csv::StringRecord,
    columns: &Columns,
    options: &ParseOptions,
) -> Result<Lead, Reject> {
    let mut pairs = Vec::with_capacity(columns.fields.len());
    for (column, field) in columns.fields.iter().enumerate() {
        let Some(field) = field.and_then(columns::field) else { continue };
        let cell = row.get(column).unwrap_or_default();
        let text = cell::clean(cell, field.field_type()).map_err(|trick| Reject {
            column,
            rule: trick.rule(),
            reason: trick.to_string(),
        })?;
        pairs.push((field.api_name(), text));
    }
    parse_lead(pairs, options).map_err(|errors| {
        let first = errors.first();
        let field = first.map_or("", |error| error.field());
        Reject {
            column: columns.fields.iter().position(|column| *column == Some(field)).unwrap_or(0),
            rule: first.map_or("D19", |error| error.id()),
            // The field has its own column in the rejects file.
            reason: first.map_or_else(String::new, |error| match error {
                SetError::Value { error, .. } => error.to_string(),
                other => other.to_string(),
            }),
        }
    })
}
