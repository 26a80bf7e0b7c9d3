//! Changes of the options of one dropdown or tags field: their enum, their labels, and `codegen: open`.

use telecrm_codegen::names::NamedOptions;
use telecrm_schema::{FieldType, quoted};

use super::labels::{self, Label, List, UnknownLabel};
use super::matching::Ids;
use super::row::{Consequences, Kind, Rows};

/// The options of a field in one of the two schemas.
#[derive(Debug)]
pub(super) struct Side<'m> {
    pub(super) options: &'m NamedOptions,
    /// The type of the field, which determines the values that its setter accepts.
    pub(super) field_type: &'m FieldType,
    /// The path of the options, `options.contact_source`.
    pub(super) path: String,
    /// The path of the enum in Rust, `options::ContactSource`.
    pub(super) type_name: String,
    /// The key under `codegen`.
    pub(super) codegen: String,
}

impl<'m> Side<'m> {
    fn is_open(&self) -> bool {
        self.field_type.options().is_some_and(|options| options.open)
    }

    fn list(&self) -> List<'m> {
        let labels = self.options.labels.iter().map(Label::of_active);
        let unknown = if self.is_open() { UnknownLabel::Allowed } else { UnknownLabel::Created };
        List {
            path: self.path.clone(),
            type_name: self.type_name.clone(),
            noun: "option",
            labels: labels.collect(),
            unknown,
        }
    }
}

/// Compares two sets of options. `reused` is a warning if the new schema gives the enum's name to
/// another field.
pub(super) fn compare(old: &Side<'_>, new: &Side<'_>, reused: &str, ids: Ids, rows: &mut Rows) {
    // A change of the module is reported as a change of the action.
    if old.options.ident != new.options.ident {
        let message = format!(
            "`{}` is now `{}`{reused}; rename its uses, or keep the name: `codegen.rename.types` of \
             {}",
            old.type_name,
            new.type_name,
            quoted(&new.codegen)
        );
        rows.add(Kind::Renamed, &new.path, Consequences::BREAKS, message);
    }
    open(old, new, rows);
    labels::compare(&old.list(), &new.list(), ids, rows);
}

fn open(old: &Side<'_>, new: &Side<'_>, rows: &mut Rows) {
    if old.is_open() == new.is_open() {
        return;
    }
    if old.is_open() {
        let message =
            "only labels of the list can be sent; replace `Open` and its new labels with \
                       labels of the list"
                .to_owned();
        return rows.add(Kind::Closed, &new.path, Consequences::BREAKS, message);
    }
    let message = "other labels can be sent, by `Open::new_label`";
    // If rustc inferred the type of a list of tags (from `[]` or `parse`), it is now ambiguous.
    if matches!(new.field_type, FieldType::Tags(_)) {
        let message = format!("{message}; add the type of a list of tags if rustc inferred it");
        rows.add(Kind::Opened, &new.path, Consequences::BREAKS, message);
    } else {
        rows.additive(Kind::Opened, &new.path, message.to_owned());
    }
}
