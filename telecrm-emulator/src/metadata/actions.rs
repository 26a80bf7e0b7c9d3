//! `GET /custom-actions`, in both detail modes. telecrm's own actions are listed too.

use serde_json::json;
use telecrm_schema::{Schema, yaml::Node};

use super::{Detailed, MADE_UP_TIME, fields, id_of, items, overlay, scalar};

pub(super) fn all(workspace: &Schema, tree: &Node) -> Vec<Detailed> {
    items(tree, "customActions")
        .iter()
        .filter_map(|tree| {
            let code = tree.get("code").and_then(Node::as_str)?;
            Some(action(code, tree, workspace))
        })
        .collect()
}

fn action(code: &str, tree: &Node, workspace: &Schema) -> Detailed {
    let known = workspace.action(code);
    let given = |key: &str| tree.get(key).and_then(Node::as_str);
    let name = known.map_or(given("displayName").unwrap_or(code), |it| it.display_name.as_str());
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
    let mine = ["id", "code", "displayName", "fieldSchema", "allowPredatedActivity", "source"];
    overlay(&mut detail, Some(tree), &mine);
    let own_fields = known.map_or(&[][..], |it| &it.fields);
    detail["fieldSchema"] = fields::schema(tree.get("fieldSchema"), own_fields);
    detail["allowPredatedActivity"] = json!({ "enabled": known.is_some_and(|it| it.backdatable) });
    detail["source"] = source.into();
    Detailed { name: code.to_owned(), summary, detail }
}
