//! Section `customActions`: the response of `GET /custom-actions`, in either detail mode.

use super::fields::{RawField, read_field_schema};
use super::reader::{Reader, prose};
use crate::diagnostic::{Rule, Spanned, quoted};
use crate::suggest;
use crate::yaml::{Node, Value};

/// A custom action, as written in the file.
#[derive(Debug)]
pub(crate) struct RawAction {
    pub(crate) code: Spanned<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) description: Option<String>,
    /// Whether the action has `source: SYSTEM`: telecrm lists it, but it cannot be written.
    pub(crate) system: bool,
    /// `None` if the key is absent, as in summary mode.
    pub(crate) fields: Option<Vec<RawField>>,
    pub(crate) backdatable: bool,
}

const KEYS: [&str; 16] = [
    "code",
    "displayName",
    "fieldSchema",
    "allowPredatedActivity",
    "source",
    "description",
    "score",
    "id",
    "icon",
    "displaySchema",
    "quickAdd",
    "definitionType",
    "createdOn",
    "createdBy",
    "modifiedOn",
    "modifiedBy",
];

const NOUN: &str = "an action of `customActions`";
const SOURCES: [&str; 2] = ["USER", "SYSTEM"];

pub(super) fn read_section(node: &Node, reader: &mut Reader<'_>) -> Vec<RawAction> {
    let items = reader.section(node, "customActions");
    items.iter().filter_map(|item| read_action(item, reader)).collect()
}

fn read_action(node: &Node, reader: &mut Reader<'_>) -> Option<RawAction> {
    let entries = reader.mapping(node, NOUN)?;
    reader.warn_unknown_keys(&entries, NOUN, &KEYS);
    let code = reader.required(node, &entries, NOUN, ("code", "ACTION_1001"));
    let code = code.and_then(|code| reader.name(code, "the `code` of an action"));
    let system = entries.get_non_null("source").is_some_and(|node| is_system(node, reader));
    let fields = entries.get_non_null("fieldSchema").map(|node| read_field_schema(node, reader));
    let backdatable =
        entries.get_non_null("allowPredatedActivity").is_some_and(|node| is_enabled(node, reader));
    Some(RawAction {
        code: code?,
        display_name: prose(entries.get("displayName")),
        description: prose(entries.get("description")),
        system,
        fields,
        backdatable,
    })
}

fn is_system(node: &Node, reader: &mut Reader<'_>) -> bool {
    let Some(source) = reader.text(node, "the `source` of an action") else { return false };
    if !SOURCES.iter().any(|known| known.eq_ignore_ascii_case(&source.value)) {
        reader
            .report
            .add(
                Rule::UnknownWord,
                source.span,
                format!("unknown `source` of an action: {}", quoted(&source.value)),
            )
            .set_label("unknown source")
            .set_help(suggest::help(&source.value, SOURCES, "a source is `USER` or `SYSTEM`"));
    }
    source.value.eq_ignore_ascii_case("SYSTEM")
}

/// Reads `{ enabled: true }` or `true`.
fn is_enabled(node: &Node, reader: &mut Reader<'_>) -> bool {
    let subject = "`allowPredatedActivity`";
    let enabled = if let Value::Scalar(_) = node.value {
        Some(node)
    } else {
        let Some(entries) = reader.mapping(node, subject) else { return false };
        reader.warn_unknown_keys(&entries, subject, &["enabled"]);
        entries.get_non_null("enabled")
    };
    let subject = "`allowPredatedActivity.enabled`";
    enabled.and_then(|node| reader.boolean(node, subject)).is_some_and(|enabled| enabled.value)
}
