//! `GET /lead-stage-pipeline`.

use serde_json::{Value, json};
use telecrm_schema::yaml::Node;

use super::{MADE_UP_TIME, id_of, overlay};

/// Keys of a list of labels, and of its entries.
struct LabelList {
    key: &'static str,
    id: &'static str,
    label: &'static str,
}

const STATUSES: [LabelList; 2] = [
    LabelList { key: "activeStatuses", id: "statusid", label: "label" },
    LabelList { key: "archivedStatuses", id: "statusid", label: "label" },
];
const REASONS: [LabelList; 2] = [
    LabelList { key: "activeLeadLostReasons", id: "reasonid", label: "reasonLabel" },
    LabelList { key: "archivedLeadLostReasons", id: "reasonid", label: "reasonLabel" },
];

pub(super) fn response(tree: &Node) -> Value {
    let section = tree.get("leadStagePipeline");
    let tree = section.and_then(|response| response.get("leadStagePipeline")).or(section);
    let stages = tree.and_then(|pipeline| pipeline.get("leadStages")).map_or(&[][..], Node::items);
    let mut stages: Vec<Value> = stages.iter().map(stage).collect();
    if tree.is_some_and(|pipeline| pipeline.get("statuses").is_some()) {
        stages.push(stage_without_type(tree));
    }
    let mut response = json!({ "leadStages": stages });
    for list in &REASONS {
        response[list.key] = labels(tree, list);
    }
    if let (Some(active), Value::Array(further)) = (
        response["activeLeadLostReasons"].as_array_mut(),
        labels(tree, &LabelList { key: "lostReasons", id: "reasonid", label: "reasonLabel" }),
    ) {
        active.extend(further);
    }
    response["creationTimestamp"] = MADE_UP_TIME.into();
    response["modificationTimestamp"] = MADE_UP_TIME.into();
    response["lastModifiedBy"] = "emulator@example.com".into();
    response["version"] = 1.into();
    let generated = [
        "leadStages",
        "statuses",
        "activeLeadLostReasons",
        "archivedLeadLostReasons",
        "lostReasons",
    ];
    overlay(&mut response, tree, &generated);
    response
}

/// Returns the stage of `statuses` that the schema lists without one.
fn stage_without_type(tree: Option<&Node>) -> Value {
    let statuses = LabelList { key: "statuses", id: "statusid", label: "label" };
    json!({
        "stageid": id_of(None, "stageid", &["stage", "OPEN"]),
        "stageType": "OPEN",
        "visibility": true,
        "activeStatuses": labels(tree, &statuses),
        "archivedStatuses": [],
    })
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

/// Returns the entries of a list as objects, in schema order, without duplicate labels.
fn labels(tree: Option<&Node>, list: &LabelList) -> Value {
    let items = tree.and_then(|parent| parent.get(list.key)).map_or(&[][..], Node::items);
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
        // `formerly` is a key of this project, and not part of telecrm's response.
        overlay(&mut entry, Some(item), &[list.id, list.label, "formerly"]);
        entries.push(entry);
    }
    entries.into()
}
