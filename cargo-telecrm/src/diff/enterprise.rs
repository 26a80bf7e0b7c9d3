//! Whose workspace it is, and by what a lead is found.

use telecrm_codegen::NamedSchema;
use telecrm_schema::quoted;

use super::fields;
use super::matching::{Ids, Matching};
use super::row::{Consequences, Kind, Rows};

pub(super) fn compare(old: &NamedSchema, new: &NamedSchema, ids: Ids, rows: &mut Rows) {
    let or_none = |text: &Option<String>| text.as_deref().map_or_else(|| "none".to_owned(), quoted);
    if old.schema.enterprise_id != new.schema.enterprise_id {
        let (from, to) = (or_none(&old.schema.enterprise_id), or_none(&new.schema.enterprise_id));
        let message = format!(
            "{from} → {to}; a client refuses leads of another workspace than its own: look at \
             TELECRM_ENTERPRISE_ID"
        );
        rows.additive(Kind::Enterprise, "enterprise.id", message);
    }
    if old.schema.enterprise_name != new.schema.enterprise_name {
        let (from, to) =
            (or_none(&old.schema.enterprise_name), or_none(&new.schema.enterprise_name));
        rows.additive(
            Kind::Described,
            "enterprise.name",
            format!("{from} → {to}; for people only"),
        );
    }
    identifier(old, new, ids, rows);
}

fn identifier(old: &NamedSchema, new: &NamedSchema, ids: Ids, rows: &mut Rows) {
    let matching = Matching::of(&fields::items(&old.fields), &fields::items(&new.fields), ids);
    if matching.new_of(old.identifier) == Some(new.identifier) {
        return;
    }
    let (from, to) =
        (quoted(&old.identifier().schema.api_name), quoted(&new.identifier().schema.api_name));
    let message = format!(
        "{from} → {to}; telecrm drops a lead without {to}: give it to `Lead::new`, and send {from} \
         by its setter where it is still there"
    );
    rows.add(Kind::Identifier, "enterprise.leadIdentifierFieldId", Consequences::BOTH, message);
}
