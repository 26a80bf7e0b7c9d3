//! `GET /custom-fields` in both detail modes, and the fields of an action.

use serde_json::{Map, Value, json};
use telecrm_schema::yaml::Node;
use telecrm_schema::{Field, FieldType, Schema};

use super::{Detailed, find, id_of, items, named, overlay};

/// Returns all lead fields in schema order, including the fields under `codegen: skip`.
pub(super) fn fields(workspace: &Schema, tree: &Node) -> Vec<Detailed> {
    let identifier = workspace.identifier().api_name.as_str();
    items(tree, "customFields")
        .iter()
        .filter_map(|tree| {
            let name = tree.get("apiName").and_then(Node::as_str)?;
            let known = workspace.field(name);
            let skipped = workspace.skipped.iter().find(|field| field.api_name == name);
            let type_name = match (known, skipped) {
                (Some(field), _) => field.field_type.name().to_owned(),
                (None, Some(field)) => field.type_name.to_uppercase(),
                (None, None) => return None,
            };
            Some(field(name, &type_name, tree, known, name == identifier))
        })
        .collect()
}

fn field(
    name: &str,
    type_name: &str,
    tree: &Node,
    known: Option<&Field>,
    identifies: bool,
) -> Detailed {
    let options = options(name, tree, known);
    let mut summary = json!({
        "type": type_name,
        "apiName": name,
        "lockAfterCreate": known.is_some_and(|field| field.lock_after_create),
        "isLeadid": identifies,
    });
    let mut detail = json!({ "id": id_of(Some(tree), "id", &["field", name]) });
    if let (Value::Object(detail), Value::Object(summary)) = (&mut detail, &summary) {
        detail.extend(summary.clone());
    }
    detail["description"] = known.and_then(|field| field.description.clone()).into();
    overlay(&mut detail, Some(tree), &["id", "type", "apiName", "isLeadid", "options"]);
    if let Some(options) = options {
        summary["options"] = options.iter().map(|option| option["label"].clone()).collect();
        detail["options"] = options.into();
    }
    Detailed { name: name.to_owned(), summary, detail }
}

/// Returns the options as `{id, label}`, or `None` for a type without options.
fn options(name: &str, tree: &Node, known: Option<&Field>) -> Option<Vec<Value>> {
    let given = tree.get("options").map_or(&[][..], Node::items);
    let option = |label: &str| {
        let own = find(given, "label", label);
        json!({ "id": id_of(own, "id", &["option", name, label]), "label": label })
    };
    match known.map(|field| &field.field_type) {
        Some(FieldType::Dropdown(options) | FieldType::Tags(options)) => {
            Some(options.labels.iter().map(|label| option(&label.text)).collect())
        }
        Some(_) => None,
        None => {
            let label = |entry: &Node| {
                entry.as_str().or_else(|| entry.get("label").and_then(Node::as_str)).map(option)
            };
            (!given.is_empty()).then(|| given.iter().filter_map(label).collect())
        }
    }
}

/// Returns the `fieldSchema` of an action: fields by API name, with options as plain labels.
pub(super) fn schema(tree: Option<&Node>, known: &[Field]) -> Value {
    let mut schema = Map::new();
    for (name, tree) in tree.into_iter().flat_map(named) {
        let known = known.iter().find(|field| field.api_name == name);
        let spelled = tree.as_str().or_else(|| tree.get("type").and_then(Node::as_str));
        let type_name = known.map_or_else(
            || spelled.unwrap_or("TEXT").to_uppercase(),
            |field| field.field_type.name().to_owned(),
        );
        let mut field = json!({ "type": type_name });
        overlay(&mut field, Some(tree), &["type", "options"]);
        if let Some(options) = options(name, tree, known) {
            field["options"] = options.iter().map(|option| option["label"].clone()).collect();
        }
        schema.insert(name.to_owned(), field);
    }
    schema.into()
}
