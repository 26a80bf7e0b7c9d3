//! `GET /custom-actions` in both detail modes, including telecrm's own actions.

use serde_json::json;
use telecrm_schema::{Schema, yaml::Node};

use super::{Detailed, MADE_UP_TIME, fields, id_of, items, overlay, scalar};

pub(super) fn actions(workspace: &Schema, tree: &Node) -> Vec<Detailed> {
    items(tree, "customActions")
        .iter()
        .filter_map(|tree| {
            let code = tree.get("code").and_then(Node::as_str)?;
            Some(action(code, tree, workspace))
        })
        .collect()
}

fn action(code: &str, tree: &Node, workspace: &Schema) -> Detailed {
    let checked = workspace.action(code);
    let given = |key: &str| tree.get(key).and_then(Node::as_str);
    let name = given("displayName").unwrap_or(code);
    let name = checked.map_or(name, |action| action.display_name.as_str());
    let source = given("source").map_or_else(|| "USER".to_owned(), str::to_uppercase);
    let score = scalar("score", given("score").unwrap_or("0"));
    let summary = json!({ "code": code, "displayName": name, "score": score, "source": source });
    let mut detail = json!({
        "id": id_of(Some(tree), "id", &["action", code]),
        "code": code,
        "displayName": name,
        "icon": "",
        "description": "",
        "score": score,
        "displaySchema": {},
        "quickAdd": {},
        "definitionType": if source == "SYSTEM" { "SYSTEM" } else { "USER_DEFINED" },
        "createdOn": MADE_UP_TIME,
        "createdBy": "emulator@example.com",
        "modifiedOn": MADE_UP_TIME,
        "modifiedBy": "emulator@example.com",
    });
    let generated = ["id", "code", "displayName", "fieldSchema", "allowPredatedActivity", "source"];
    overlay(&mut detail, Some(tree), &generated);
    let own_fields = checked.map_or(&[][..], |action| &action.fields);
    detail["fieldSchema"] = fields::schema(tree.get("fieldSchema"), own_fields);
    let backdatable = checked.is_some_and(|action| action.backdatable);
    detail["allowPredatedActivity"] = json!({ "enabled": backdatable });
    detail["source"] = source.into();
    Detailed { name: code.to_owned(), summary, detail }
}
