//! Conversion of a row to a lead, or to a reject with its reason.

use std::borrow::Cow;

use csv::StringRecord;
use telecrm_runtime::{FieldType, ParseOptions, SetError, parse_lead};

use crate::cell;
use crate::columns::{Columns, letter};
use crate::crm::Lead;
use crate::dates::{self, DateOrder};
use crate::encoding::REPLACEMENT;
use crate::map::Map;

/// The reason why a row is not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The index of the column.
    pub column: usize,
    /// An id in the catalogue of silent drops, or the name of a spreadsheet's trick.
    pub rule: &'static str,
    /// The reason, without the value.
    pub reason: String,
}

/// The conversion of the rows of one file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conversion<'a> {
    pub(crate) columns: &'a Columns,
    /// The order of the dates of each column.
    pub(crate) orders: &'a [DateOrder],
    pub(crate) map: &'a Map,
    pub(crate) options: &'a ParseOptions,
}

impl Conversion<'_> {
    /// Returns whether the row is a test lead of the preset's sender.
    pub(crate) fn is_test(&self, row: &StringRecord) -> bool {
        let preset = self.map.preset;
        preset.is_some_and(|preset| row.iter().any(|cell| preset.is_test(cell)))
    }

    /// Converts a row to a lead.
    ///
    /// # Errors
    ///
    /// Returns the first cell with an invalid or uncertain value.
    pub(crate) fn lead(&self, row: &StringRecord) -> Result<Lead, Reject> {
        let columns = &self.columns.list;
        check_encoding(row)?;
        self.check_width(row)?;
        let mut pairs = Vec::with_capacity(columns.len());
        for (index, column) in columns.iter().enumerate() {
            let Some(field) = column.field else { continue };
            let text = self.text(index, row.get(index).unwrap_or_default(), field.field_type())?;
            pairs.push((field.api_name(), text));
        }
        parse_lead(pairs, self.options).map_err(|errors| {
            let first = errors.iter().next();
            Reject {
                column: first.and_then(|error| self.columns.position(error.field())).unwrap_or(0),
                rule: first.map_or("D19", |error| error.id()),
                // The field has its own column in the rejects file.
                reason: first.map_or_else(String::new, |error| match error {
                    SetError::Value { error, .. } => error.to_string(),
                    other => other.to_string(),
                }),
            }
        })
    }

    /// The text of a cell for its field.
    fn text<'r>(
        &self,
        index: usize,
        cell: &'r str,
        field: FieldType,
    ) -> Result<Cow<'r, str>, Reject> {
        if self.map.is_empty_word(cell) {
            return Ok(Cow::Borrowed(""));
        }
        let cell = self.map.preset.map_or(cell, |preset| preset.unprefixed(cell));
        let text = cell::clean(cell, field).map_err(|error| Reject {
            column: index,
            rule: error.rule(),
            reason: error.to_string(),
        })?;
        if field == FieldType::Date && self.orders.get(index) == Some(&DateOrder::MonthFirst) {
            return Ok(dates::day_first(&text).map_or(text, Cow::Owned));
        }
        Ok(text)
    }

    fn check_width(&self, row: &StringRecord) -> Result<(), Reject> {
        let width = self.columns.list.len();
        let beyond = row.iter().enumerate().skip(width);
        let Some((column, _)) = beyond.into_iter().find(|(_, cell)| !cell.trim().is_empty()) else {
            return Ok(());
        };
        Err(Reject {
            column,
            rule: "extra-cells",
            reason: format!(
                "the cell in column {} is beyond the header, which ends with column {}: give its column a name, or put quotes around a cell that contains the delimiter",
                letter(column),
                letter(width.saturating_sub(1))
            ),
        })
    }
}

fn check_encoding(row: &StringRecord) -> Result<(), Reject> {
    if row.as_slice().is_ascii() || !row.as_slice().contains(REPLACEMENT) {
        return Ok(());
    }
    Err(Reject {
        column: row.iter().position(|cell| cell.contains(REPLACEMENT)).unwrap_or(0),
        rule: "encoding",
        reason: "a character is not valid in the file's encoding: type the marked character (\u{FFFD}) again"
            .to_owned(),
    })
}
