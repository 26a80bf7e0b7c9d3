//! The options of one dropdown or tags field: their enum, whether it is open, their labels.

use telecrm_codegen::names::NamedOptions;
use telecrm_schema::{FieldType, quoted};

use super::labels::{self, Label, List, Stranger};
use super::matching::Ids;
use super::row::{Consequences, Kind, Rows};

/// The options of a field in one of the two schemas.
#[derive(Debug)]
pub(super) struct Side<'m> {
    pub(super) options: &'m NamedOptions,
    /// The type of the field, which decides what its setter takes.
    pub(super) field_type: &'m FieldType,
    /// Where they stand, `options.contact_source`.
    pub(super) path: String,
    /// `options::ContactSource`.
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
        let stranger = if self.is_open() { Stranger::Welcome } else { Stranger::Created };
        List {
            path: self.path.clone(),
            type_name: self.type_name.clone(),
            what: "option",
            labels: labels.collect(),
            stranger,
        }
    }
}

/// `reused` warns where another field has the enum's name in the new schema.
pub(super) fn compare(old: &Side<'_>, new: &Side<'_>, reused: &str, ids: Ids, rows: &mut Rows) {
    // Where its module is another one, that is the action's change.
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
        let message = "only labels of the list can be sent; replace `Open` and its new labels by \
                       them"
            .to_owned();
        return rows.add(Kind::Closed, &new.path, Consequences::BREAKS, message);
    }
    let message = "labels outside of the list can be sent, by `Open::new_label`";
    // A list of tags whose type is left to rustc (`[]`, or `parse` within) has two types to be.
    if matches!(new.field_type, FieldType::Tags(_)) {
        let message = format!("{message}; a list whose type rustc inferred needs it written down");
        rows.add(Kind::Opened, &new.path, Consequences::BREAKS, message);
    } else {
        rows.additive(Kind::Opened, &new.path, message.to_owned());
    }
}
