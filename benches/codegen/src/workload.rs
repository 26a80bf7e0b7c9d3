//! The same workspace as a telecrm schema, as `.proto` and as JSON Schema.

use std::fmt::Write as _;

/// Size of a workspace.
#[derive(Clone, Copy)]
pub struct Size {
    pub fields: usize,
    pub actions: usize,
}

const OPTIONS: usize = 5;
const FIELDS_OF_ACTION: usize = 3;
const TYPES: [&str; 12] = [
    "TEXT",
    "EMAIL",
    "PHONE",
    "NUMBER",
    "DATE",
    "DROPDOWN",
    "TAGS",
    "MONEY",
    "WEBSITE",
    "MEDIA_LINK",
    "ACTIVE_USERS",
    "RATING",
];

fn type_of(field: usize) -> &'static str {
    TYPES[field % TYPES.len()]
}

fn is_listed(kind: &str) -> bool {
    matches!(kind, "DROPDOWN" | "TAGS")
}

pub fn telecrm(size: Size) -> String {
    let mut yaml =
        String::from("customFields:\n  - { apiName: identifier, type: PHONE, isLeadid: true }\n");
    let options = |field: usize| -> String {
        (0..OPTIONS).map(|option| format!("Option {field} {option}")).collect::<Vec<_>>().join(", ")
    };
    for field in 0..size.fields {
        let kind = type_of(field);
        let _ = write!(
            yaml,
            "  - {{ apiName: field_{field}, type: {kind}, description: The use of field {field}"
        );
        if is_listed(kind) {
            let _ = write!(yaml, ", options: [{}]", options(field));
        }
        yaml.push_str(" }\n");
    }
    yaml.push_str("customActions:\n");
    for action in 0..size.actions {
        let _ = writeln!(
            yaml,
            "  - code: ACTION_{action}\n    displayName: Action Number {action}\n    fieldSchema:"
        );
        for field in 0..FIELDS_OF_ACTION {
            let kind = ["TEXT", "DATE", "DROPDOWN"][field];
            let _ = write!(yaml, "      part_{field}: {{ type: {kind}");
            if is_listed(kind) {
                let _ = write!(yaml, ", options: [{}]", options(field));
            }
            yaml.push_str(" }\n");
        }
    }
    yaml
}

pub fn proto(size: Size) -> String {
    let mut proto = String::from("syntax = \"proto3\";\npackage crm;\n");
    let mut lead = String::from("message Lead {\n  string identifier = 1;\n");
    let scalar = |kind: &str| match kind {
        "NUMBER" => "double",
        "DATE" => "int64",
        "RATING" => "uint32",
        _ => "string",
    };
    let list = |proto: &mut String, name: &str| {
        let _ = writeln!(proto, "// Options of {name}.\nenum {name} {{");
        for option in 0..OPTIONS {
            let _ = writeln!(
                proto,
                "  // Option {option}\n  {}_OPTION_{option} = {option};",
                name.to_uppercase()
            );
        }
        proto.push_str("}\n");
    };
    for field in 0..size.fields {
        let kind = type_of(field);
        let number = field + 2;
        let _ = writeln!(lead, "  // The use of field {field}");
        if is_listed(kind) {
            let name = format!("Field{field}");
            list(&mut proto, &name);
            let label = if kind == "TAGS" { "repeated" } else { "optional" };
            let _ = writeln!(lead, "  {label} {name} field_{field} = {number};");
        } else {
            let _ = writeln!(lead, "  optional {} field_{field} = {number};", scalar(kind));
        }
    }
    let _ = writeln!(lead, "  repeated Action actions = {};", size.fields + 2);
    lead.push_str("}\n");
    let mut action = String::from("message Action {\n  oneof kind {\n");
    for index in 0..size.actions {
        let list_name = format!("ActionNumber{index}Part2");
        list(&mut proto, &list_name);
        let _ = writeln!(
            proto,
            "// Action Number {index}\nmessage ActionNumber{index} {{\n  optional string part_0 = 1;\n  \
             optional int64 part_1 = 2;\n  optional {list_name} part_2 = 3;\n}}"
        );
        let _ = writeln!(action, "    ActionNumber{index} action_number_{index} = {};", index + 1);
    }
    if size.actions == 0 {
        action.push_str("    string none = 1;\n");
    }
    action.push_str("  }\n}\n");
    proto + &action + &lead
}

pub fn json_schema(size: Size) -> String {
    use serde_json::{Map, Value, json};
    let list = |name: &str| {
        let labels: Vec<String> =
            (0..OPTIONS).map(|option| format!("Option {name} {option}")).collect();
        json!({ "type": "string", "description": format!("Options of {name}."), "enum": labels })
    };
    let scalar = |kind: &str| match kind {
        "NUMBER" => json!({ "type": "number" }),
        "DATE" => json!({ "type": "integer" }),
        "RATING" => json!({ "type": "integer", "minimum": 1, "maximum": 5 }),
        _ => json!({ "type": "string" }),
    };
    let mut definitions = Map::new();
    let mut properties = Map::new();
    properties.insert("identifier".into(), json!({ "type": "string" }));
    for field in 0..size.fields {
        let kind = type_of(field);
        let value = if is_listed(kind) {
            let name = format!("Field{field}");
            definitions.insert(name.clone(), list(&field.to_string()));
            let reference = json!({ "$ref": format!("#/definitions/{name}") });
            if kind == "TAGS" { json!({ "type": "array", "items": reference }) } else { reference }
        } else {
            let mut value = scalar(kind);
            value["description"] = json!(format!("What field {field} is for"));
            value
        };
        properties.insert(format!("field_{field}"), value);
    }
    let mut actions: Vec<Value> = Vec::new();
    for index in 0..size.actions {
        let name = format!("ActionNumber{index}");
        definitions.insert(format!("{name}Part2"), list(&format!("{index} 2")));
        definitions.insert(
            name.clone(),
            json!({
                "type": "object",
                "description": format!("Action Number {index}"),
                "required": ["type"],
                "properties": {
                    "type": { "type": "string" },
                    "part_0": { "type": "string" },
                    "part_1": { "type": "integer" },
                    "part_2": { "$ref": format!("#/definitions/{name}Part2") },
                },
            }),
        );
        actions.push(json!({ "$ref": format!("#/definitions/{name}") }));
    }
    if !actions.is_empty() {
        definitions.insert("Action".into(), json!({ "oneOf": actions }));
        let items = json!({ "type": "array", "items": { "$ref": "#/definitions/Action" } });
        properties.insert("actions".into(), items);
    }
    definitions.insert(
        "Lead".into(),
        json!({ "type": "object", "required": ["identifier"], "properties": properties }),
    );
    json!({ "$schema": "http://json-schema.org/draft-07/schema#", "definitions": definitions })
        .to_string()
}
