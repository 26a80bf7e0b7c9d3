//! Section `customFields`: the response of `GET /custom-fields`, and the fields of an action.

use super::reader::{Entries, Reader, prose};
use crate::diagnostic::Spanned;
use crate::field_type::Label;
use crate::suggest::nearest;
use crate::yaml::{Node, Value};

/// A field of a lead or of an action, as written in the file.
#[derive(Debug)]
pub(crate) struct RawField {
    pub(crate) api_name: Spanned<String>,
    /// telecrm's own id, to which `leadIdentifierFieldId` may refer.
    pub(crate) id: Option<String>,
    /// The name of the type, exactly as in the file.
    pub(crate) type_name: Spanned<String>,
    pub(crate) is_lead_id: Option<Spanned<bool>>,
    pub(crate) lock_after_create: bool,
    pub(crate) display_name: Option<String>,
    pub(crate) description: Option<String>,
    /// `None` if the key is absent.
    pub(crate) options: Option<Spanned<Vec<Label>>>,
    pub(crate) min_length: Option<Spanned<u32>>,
    pub(crate) max_length: Option<Spanned<u32>>,
}

const NOUN: &str = "a field of `customFields`";
const ACTION_FIELD_NOUN: &str = "a field of an action";

const FIELD_KEYS: [&str; 10] = [
    "apiName",
    "type",
    "isLeadid",
    "lockAfterCreate",
    "options",
    "description",
    "id",
    "minLength",
    "maxLength",
    "displayName",
];

const ACTION_FIELD_KEYS: [&str; 7] =
    ["type", "options", "description", "minLength", "maxLength", "displayName", "required"];

pub(super) fn read_section(node: &Node, reader: &mut Reader<'_>) -> Vec<RawField> {
    let items = reader.section(node, "customFields");
    items.iter().filter_map(|item| read_field(item, reader)).collect()
}

fn read_field(node: &Node, reader: &mut Reader<'_>) -> Option<RawField> {
    let entries = reader.mapping(node, NOUN)?;
    reader.warn_unknown_keys(&entries, NOUN, &FIELD_KEYS);
    let api_name = reader.required(node, &entries, NOUN, ("apiName", "phone"));
    let api_name = api_name.and_then(|name| reader.name(name, "the `apiName` of a field"));
    let type_name = reader.required(node, &entries, NOUN, ("type", "TEXT"));
    let type_name = type_name.and_then(|name| reader.name(name, "the `type` of a field"));
    Some(read_rest(api_name?, type_name?, &entries, reader))
}

/// Reads an action's `fieldSchema`: a mapping from API names to fields.
pub(super) fn read_field_schema(node: &Node, reader: &mut Reader<'_>) -> Vec<RawField> {
    let Some(entries) = reader.mapping(node, "the `fieldSchema` of an action") else {
        return Vec::new();
    };
    let mut fields = Vec::new();
    for (key, value) in entries.entries() {
        let api_name = Spanned { value: key.value.to_owned(), span: key.span };
        // `note: TEXT` is short for `note: { type: TEXT }`.
        if let Value::Scalar(type_name) = &value.value {
            let type_name = Spanned { value: type_name.clone(), span: value.span };
            fields.push(RawField::new(api_name, type_name));
            continue;
        }
        let Some(entries) = reader.mapping(value, ACTION_FIELD_NOUN) else { continue };
        reader.warn_unknown_keys(&entries, ACTION_FIELD_NOUN, &ACTION_FIELD_KEYS);
        let type_node = reader.required(value, &entries, ACTION_FIELD_NOUN, ("type", "TEXT"));
        let Some(type_node) = type_node else { continue };
        let Some(type_name) = reader.name(type_node, "the `type` of a field") else { continue };
        fields.push(read_rest(api_name, type_name, &entries, reader));
    }
    fields
}

fn read_rest(
    api_name: Spanned<String>,
    type_name: Spanned<String>,
    entries: &Entries<'_>,
    reader: &mut Reader<'_>,
) -> RawField {
    let mut field = RawField::new(api_name, type_name);
    field.id = prose(entries.get("id"));
    field.display_name = prose(entries.get("displayName"));
    field.description = prose(entries.get("description"));
    field.is_lead_id =
        entries.get_non_null("isLeadid").and_then(|node| reader.boolean(node, "`isLeadid`"));
    field.lock_after_create = entries
        .get_non_null("lockAfterCreate")
        .and_then(|node| reader.boolean(node, "`lockAfterCreate`"))
        .is_some_and(|locked| locked.value);
    field.options = entries
        .get_non_null("options")
        .map(|node| Spanned { value: read_labels(node, &OPTION_LABELS, reader), span: node.span });
    field.min_length =
        entries.get_non_null("minLength").and_then(|n| reader.length(n, "`minLength`"));
    field.max_length =
        entries.get_non_null("maxLength").and_then(|n| reader.length(n, "`maxLength`"));
    field
}

impl RawField {
    fn new(api_name: Spanned<String>, type_name: Spanned<String>) -> Self {
        Self {
            api_name,
            id: None,
            type_name,
            is_lead_id: None,
            lock_after_create: false,
            display_name: None,
            description: None,
            options: None,
            min_length: None,
            max_length: None,
        }
    }
}

/// Keys that a label object may plausibly have. Any other word before a colon is text.
const LIKELY_KEYS: [&str; 9] =
    ["label", "reasonLabel", "id", "name", "displayName", "text", "title", "value", "option"];

/// Keys and nouns of a kind of label list.
pub(super) struct LabelList {
    /// The name of the list in messages.
    pub(super) list: &'static str,
    /// The noun for an entry in messages.
    pub(super) entry: &'static str,
    /// The key of the label, if an entry is an object.
    pub(super) key: &'static str,
    /// The key of the id.
    pub(super) id: &'static str,
    pub(super) example: &'static str,
    pub(super) keys: &'static [&'static str],
}

const OPTION_LABELS: LabelList = LabelList {
    list: "`options`",
    entry: "an option",
    key: "label",
    id: "id",
    example: "Website",
    keys: &["label", "id", "formerly"],
};

/// Reads a list of labels: bare labels, or objects with a label.
pub(super) fn read_labels(node: &Node, list: &LabelList, reader: &mut Reader<'_>) -> Vec<Label> {
    let items = reader.list(node, list.list).iter();
    items.filter_map(|item| read_label(item, list, reader)).collect()
}

fn read_label(node: &Node, list: &LabelList, reader: &mut Reader<'_>) -> Option<Label> {
    let subject = format!("the label of {}", list.entry);
    let Value::Mapping(_) = &node.value else {
        let Spanned { value: text, span } = reader.text(node, &subject)?;
        reader.misread_label(span);
        return Some(Label { id: None, text, span, formerly: Vec::new() });
    };
    if let Value::Mapping(entries) = &node.value
        && let [(Node { value: Value::Scalar(key), .. }, _)] = entries.as_slice()
        && !LIKELY_KEYS.contains(&key.as_str())
        && nearest(key, list.keys.iter().copied()).is_none()
        && reader.colon_in_text(node, &subject)
    {
        return None;
    }
    let entries = reader.mapping(node, list.entry)?;
    reader.warn_unknown_keys(&entries, list.entry, list.keys);
    let label = reader.required(node, &entries, list.entry, (list.key, list.example))?;
    let formerly =
        entries.get_non_null("formerly").map_or(&[][..], |n| reader.list(n, "`formerly`"));
    let formerly =
        formerly.iter().filter_map(|node| reader.name(node, "an earlier label")).collect();
    let Spanned { value: text, span } = reader.text(label, &subject)?;
    reader.misread_label(span);
    let id = prose(entries.get(list.id));
    Some(Label { id, text, span, formerly })
}
