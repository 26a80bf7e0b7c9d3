//! Comparison of a schema with the vocabulary that it must contain.

use std::collections::HashSet;

use telecrm_schema::suggest::nearest;
use telecrm_schema::{Error, Label, Report, RequiredField, Rule, Vocabulary, quoted, yaml};

use crate::names::{NamedField, NamedSchema, Style, plain};

/// Checks that a schema has every field and every label of a vocabulary.
///
/// A field is found by its API name, or by its Rust name: `codegen: rename` gives the fields of several
/// workspaces one name. `name` is the schema's name in messages.
///
/// # Errors
///
/// Returns an error that lists every missing item, at its line of the vocabulary.
pub(crate) fn check(
    vocabulary: &Vocabulary,
    schema: &NamedSchema,
    name: &str,
) -> Result<(), Error> {
    let mut report = Report::new(vocabulary.source.clone());
    let found = vocabulary.fields.iter().filter_map(|required| find(schema, &required.name.value));
    let used: HashSet<&str> = found.map(|field| field.ident.as_str()).collect();
    for required in &vocabulary.fields {
        let wanted = required.name.value.as_str();
        let Some(field) = find(schema, wanted) else {
            report
                .add(
                    Rule::RequiredField,
                    required.name.span,
                    format!("{name} has no field {}", quoted(wanted)),
                )
                .set_label("required here")
                .set_help(missing_field(schema, &used, required));
            continue;
        };
        let (wanted_type, found) =
            (required.field_type.value.name(), field.schema.field_type.name());
        if wanted_type != found {
            report
                .add(
                    Rule::RequiredType,
                    required.field_type.span,
                    format!("the field {} of {name} has the type {found}", quoted(&field.schema.api_name)),
                )
                .set_label(format!("{wanted_type} is required here"))
                .set_help("setters of different types are not equal: change the type here, or the field in telecrm");
            continue;
        }
        for label in &required.labels {
            missing_label(field, label, name, &mut report);
        }
    }
    report.finish(Some(())).map(drop)
}

fn find<'s>(schema: &'s NamedSchema, wanted: &str) -> Option<&'s NamedField> {
    let by_api_name = schema.fields.iter().find(|field| field.schema.api_name == wanted);
    by_api_name.or_else(|| {
        let ident = Style::Snake.spell(wanted);
        schema.fields.iter().find(|field| plain(&field.ident) == ident)
    })
}

/// Suggests to rename a similar field, if it has the required type and no other name of the vocabulary.
fn missing_field(schema: &NamedSchema, used: &HashSet<&str>, required: &RequiredField) -> String {
    let wanted = required.name.value.as_str();
    let type_name = required.field_type.value.name();
    let candidates = schema.fields.iter().filter(|field| {
        field.schema.field_type.name() == type_name && !used.contains(field.ident.as_str())
    });
    let names = candidates.map(|field| field.schema.api_name.as_str());
    match nearest(wanted, names) {
        Some(near) => format!(
            "if the workspace calls it {}, add to its schema:\n\ncodegen:\n  rename:\n    fields: {{ {}: {} }}",
            quoted(near),
            yaml::key(near),
            Style::Snake.spell(wanted)
        ),
        None => {
            "create the field in telecrm and run `cargo telecrm pull`, or remove it here".to_owned()
        }
    }
}

fn missing_label(field: &NamedField, label: &Label, name: &str, report: &mut Report) {
    let Some(options) = &field.options else { return };
    let ident = Style::Camel.spell(&label.text);
    let is_equal = |text: &str, variant: &str| text == label.text || plain(variant) == ident;
    if options.labels.iter().any(|known| is_equal(&known.schema.text, &known.ident)) {
        return;
    }
    let texts = options.labels.iter().map(|known| known.schema.text.as_str());
    let api_name = quoted(&field.schema.api_name);
    let help = match nearest(&label.text, texts) {
        Some(near) => format!("the nearest label is {}", quoted(near)),
        None => {
            "add the option in telecrm and run `cargo telecrm pull`, or remove it here".to_owned()
        }
    };
    report
        .add(
            Rule::RequiredLabel,
            label.span,
            format!("the field {api_name} of {name} has no label {}", quoted(&label.text)),
        )
        .set_label("required here")
        .set_help(help);
}
