//! One row becomes a lead, or a reject that says why.

use telecrm_runtime::{ParseOptions, SetError, parse_lead};

use crate::cell;
use crate::columns::{self, Columns};
use crate::crm::Lead;

/// Why a row was not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reject {
    /// The index of the column.
    pub(crate) column: usize,
    /// A row of the catalogue of silent drops, or the name of a spreadsheet's trick.
    pub(crate) rule: &'static str,
    pub(crate) reason: String,
}

/// Reads a row.
///
/// # Errors
///
/// The first cell that cannot be read with certainty.
pub(crate) fn lead(
    row: &csv::StringRecord,
    columns: &Columns,
    options: &ParseOptions,
) -> Result<Lead, Reject> {
    let mut pairs = Vec::with_capacity(columns.fields.len());
    for (column, field) in columns.fields.iter().enumerate() {
        let Some(field) = field.and_then(columns::field) else { continue };
        let typed = row.get(column).unwrap_or_default();
        let text = cell::clean(typed, field.field_type()).map_err(|trick| Reject {
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
            column: columns.fields.iter().position(|it| *it == Some(field)).unwrap_or(0),
            rule: first.map_or("D19", |error| error.id()),
            // The file has the field in a column of its own.
            reason: first.map_or_else(String::new, |error| match error {
                SetError::Value { source, .. } => source.to_string(),
                other => other.to_string(),
            }),
        }
    })
}
