//! `GET /lead-stage-pipeline`.

use serde_json::{Value, json};
use telecrm_schema::yaml::Node;

use super::{MADE_UP_TIME, id_of, overlay};

/// A list of labels: under which key it stands, and what its entries call themselves.
struct List {
    key: &'static str,
    id: &'static str,
    label: &'static str,
}

const STATUSES: [List; 2] = [
    List { key: "activeStatuses", id: "statusid", label: "label" },
    List { key: "archivedStatuses", id: "statusid", label: "label" },
];
const REASONS: [List; 2] = [
    List { key: "activeLeadLostReasons", id: "reasonid", label: "reasonLabel" },
    List { key: "archivedLeadLostReasons", id: "reasonid", label: "reasonLabel" },
];

pub(super) fn answer(tree: &Node) -> Value {
    let section = tree.get("leadStagePipeline");
    let tree = section.and_then(|it| it.get("leadStagePipeline")).or(section);
    let stages = tree.and_then(|it| it.get("leadStages")).map_or(&[][..], Node::items);
    let mut answer = json!({
        "leadStages": stages.iter().map(stage).collect::<Value>(),
    });
    for list in &REASONS {
        answer[list.key] = labels(tree, list);
    }
    answer["creationTimestamp"] = MADE_UP_TIME.into();
    answer["modificationTimestamp"] = MADE_UP_TIME.into();
    answer["lastModifiedBy"] = "emulator@example.com".into();
    answer["version"] = 1.into();
    let mine = ["leadStages", "activeLeadLostReasons", "archivedLeadLostReasons"];
    overlay(&mut answer, tree, &mine);
    answer
}

fn stage(tree: &Node) -> Value {
    let kind = tree.get("stageType").and_then(Node::as_str).unwrap_or("OPEN").to_uppercase();
    let mut stage = json!({
        "stageid": id_of(Some(tree), "stageid", &["stage", &kind]),
        "stageType": kind,
        "visibility": true,
    });
    overlay(
        &mut stage,
        Some(tree),
        &["stageid", "stageType", "activeStatuses", "archivedStatuses"],
    );
    for list in &STATUSES {
        stage[list.key] = labels(Some(tree), list);
    }
    stage
}

/// The entries of a list as objects, in the order of the schema, each label once.
fn labels(tree: Option<&Node>, list: &List) -> Value {
    let items = tree.and_then(|it| it.get(list.key)).map_or(&[][..], Node::items);
    let mut entries: Vec<Value> = Vec::new();
    for item in items {
        let own = item.get(list.label).and_then(Node::as_str);
        let Some(label) = item.as_str().or(own) else { continue };
        if entries.iter().any(|entry| entry[list.label] == label) {
            continue;
        }
        let mut entry = json!({ list.id: id_of(Some(item), list.id, &[list.id, label]) });
        entry[list.label] = label.into();
        if list.id == "statusid" {
            entry["color"] = "#888888".into();
        } else {
            entry["isDefault"] = false.into();
        }
        // `formerly` is the schema's own, and no part of telecrm's answer.
        overlay(&mut entry, Some(item), &[list.id, list.label, "formerly"]);
        entries.push(entry);
    }
    entries.into()
}
