//! Names for the types of texts with limits.

use telecrm_schema::{FieldType, Report, Rule, quoted};

use super::assign::RenameAt;
use super::casing::{Style, plain};
use super::named::NamedField;
use super::renames::path_of;
use super::scope::{Owner, Scope};

/// Names the types after their fields, of the lead or of the action with this code. So what settles a
/// clash of two fields settles that of their types.
pub(super) fn name(
    fields: &mut [NamedField],
    action: Option<&str>,
    scope: &mut Scope,
    report: &mut Report,
) {
    for field in fields {
        let FieldType::Text(length) = field.field_type else { continue };
        if length.bounds().is_none() {
            continue;
        }
        let name = Style::Camel.spell(plain(&field.ident));
        let claim = scope.claim(&name, None, (&field.api_name, field.span));
        // A name of the prelude is always taken: there is nothing to settle.
        if let Some(Owner::Item(first, span)) = &claim.met {
            let ident = &claim.ident;
            let path = path_of(&field.field, action);
            let rename_at = RenameAt { section: "fields", list: None, key: &path };
            let (place, first) = (report.place(*span), quoted(first));
            let wire = quoted(&field.api_name);
            report
                .add(
                    Rule::NamesMeet,
                    field.span,
                    format!(
                        "the text type of {wire} is `{ident}` in Rust: {first} has the name first"
                    ),
                )
                .related(place, "has the name first")
                .label(format!("becomes `{ident}`"))
                .with_help(format!(
                    "the type is named after the field; to rename both, and silence this:\n\n{}",
                    rename_at.lines(&Style::Snake.spell(ident))
                ));
        }
        field.text = Some(claim.ident);
    }
}
