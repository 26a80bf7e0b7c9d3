//! Changes between two schemas, and the effect of each change on code and on values.
//!
//! This module repeats no decision of the generator: names, types and limits come from its model.
//!
//! **Code** means code that builds leads with `Lead::new` and setters, and actions with `new` and setters,
//! uses the names of options, calls `Lead::set`, and ends each `match` on options with a wildcard arm. A
//! change *breaks code* if such code can stop compiling or change its meaning: a Rust name that now means
//! another field, label or action. A deprecated name still works.
//!
//! A change *drops values* if telecrm can drop values that such code sends after a rebuild.

mod actions;
mod annotations;
mod enterprise;
mod fields;
mod human;
mod json;
mod labels;
mod markdown;
mod matching;
mod options;
mod pipeline;
mod places;
mod report;
mod row;
mod types;

use std::path::Path;

use telecrm_codegen::NamedSchema;

use self::annotations::annotations;
pub(crate) use self::human::{summary, table};
use self::json::json;
use self::markdown::markdown;
use self::matching::Ids;
use self::places::Places;
pub(crate) use self::report::{report, worst};
use self::row::{Consequences, Kind, Rows};
pub(crate) use self::row::{Impact, Row, Severity};
use crate::output::Format;

/// Changes between two schemas, in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct Diff {
    rows: Vec<Row>,
    places: Places,
}

impl Diff {
    /// One row for each change.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The result if one of the two is not a complete schema.
    pub(crate) fn incomparable(message: &str) -> Self {
        let mut rows = Rows::default();
        rows.add(Kind::Unreadable, "schema", Consequences::BREAKS, message.to_owned());
        Self { rows: rows.into_vec(), places: Places::default() }
    }

    /// Uses the positions of this schema instead of the new one.
    pub(crate) fn locate(&mut self, schema: &NamedSchema) {
        self.places = Places::of(schema);
    }

    /// Removes the rows of a path.
    pub(crate) fn forget(&mut self, path: &str) {
        self.rows.retain(|row| row.path != path);
    }

    /// Rows by severity, and in the order of the file within a severity.
    fn worst_first(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by_key(|row| row.severity());
        rows
    }

    /// The most severe impact of all rows. Without rows, the generated code is the same.
    pub(crate) fn impact(&self) -> Impact {
        match self.rows.iter().map(Row::severity).min() {
            None => Impact::None,
            Some(Severity::Breaking) => Impact::Breaking,
            Some(Severity::Additive | Severity::Note) => Impact::Additive,
        }
    }
}

/// Prints a comparison in a format. `path` is the file that the rows refer to.
fn printed(diff: &Diff, path: &Path, format: Format) -> String {
    match format {
        Format::Human => table(diff),
        Format::Json => json(diff),
        Format::Github => annotations(diff, path),
        Format::Markdown => markdown(diff),
    }
}

/// Compares a schema with an empty one: everything was added.
pub(crate) fn all_added(new: &NamedSchema) -> Diff {
    let mut old = new.clone();
    old.fields.clear();
    old.actions.clear();
    old.schema.fields.clear();
    old.schema.skipped.clear();
    let pipeline = &mut old.pipeline;
    pipeline.statuses.clear();
    pipeline.archived_statuses.clear();
    pipeline.lost_reasons.clear();
    pipeline.archived_lost_reasons.clear();
    let mut rows = Rows::default();
    // There is no old identifier, and the enterprise is the same.
    contents(&old, new, Ids::Comparable, &mut rows);
    Diff { rows: rows.into_vec(), places: Places::of(new) }
}

/// Compares two schemas.
pub(crate) fn compare(old: &NamedSchema, new: &NamedSchema) -> Diff {
    let mut rows = Rows::default();
    let ids = Ids::of(old, new);
    enterprise::compare(old, new, ids, &mut rows);
    contents(old, new, ids, &mut rows);
    Diff { rows: rows.into_vec(), places: Places::of(new) }
}

fn contents(old: &NamedSchema, new: &NamedSchema, ids: Ids, rows: &mut Rows) {
    fields::compare(&fields::Side::of_lead(old), &fields::Side::of_lead(new), ids, rows);
    actions::compare(old, new, ids, rows);
    pipeline::compare(&old.pipeline, &new.pipeline, ids, rows);
}
