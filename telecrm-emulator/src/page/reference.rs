//! Reference of the workspace on the page: fields, options, actions and statuses.

use serde_json::Value;

use crate::metadata::{Detailed, Metadata};

pub(super) struct Reference<'m> {
    pub(super) fields: Vec<FieldView<'m>>,
    pub(super) actions: Vec<ActionView<'m>>,
    /// Titled lists of statuses and lost reasons, active and archived.
    pub(super) labels: Vec<(&'static str, Vec<&'m str>)>,
}

pub(super) struct FieldView<'m> {
    pub(super) name: &'m str,
    pub(super) kind: &'m str,
    pub(super) options: Vec<&'m str>,
    pub(super) description: &'m str,
    /// `identifier`, `locked after create`.
    pub(super) notes: Vec<&'static str>,
}

pub(super) struct ActionView<'m> {
    pub(super) code: &'m str,
    pub(super) name: &'m str,
    pub(super) fields: Vec<FieldView<'m>>,
    pub(super) notes: Vec<&'static str>,
}

impl<'m> Reference<'m> {
    pub(super) fn new(metadata: &'m Metadata) -> Self {
        let pipeline = &metadata.pipeline;
        let stages = pipeline["leadStages"].as_array().map_or(&[][..], Vec::as_slice);
        let of_stages = |key: &str| -> Vec<&'m str> {
            stages.iter().flat_map(|stage| labels(&stage[key], "label")).collect()
        };
        let mut lists = vec![
            ("Statuses", of_stages("activeStatuses")),
            ("Archived statuses, dropped", of_stages("archivedStatuses")),
            ("Lost reasons", labels(&pipeline["activeLeadLostReasons"], "reasonLabel")),
            (
                "Archived lost reasons, dropped",
                labels(&pipeline["archivedLeadLostReasons"], "reasonLabel"),
            ),
        ];
        lists.retain(|(_, labels)| !labels.is_empty());
        Self {
            fields: metadata.fields.iter().map(|entry| field(&entry.name, &entry.detail)).collect(),
            actions: metadata.actions.iter().map(action).collect(),
            labels: lists,
        }
    }
}

fn field<'m>(name: &'m str, field: &'m Value) -> FieldView<'m> {
    let options = &field["options"];
    let bare = options.as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Value::as_str);
    let mut notes = Vec::new();
    if field["isLeadid"] == true {
        notes.push("identifier");
    }
    if field["lockAfterCreate"] == true {
        notes.push("locked after create");
    }
    FieldView {
        name,
        kind: field["type"].as_str().unwrap_or_default(),
        options: bare.chain(labels(options, "label")).collect(),
        description: field["description"].as_str().unwrap_or_default(),
        notes,
    }
}

fn action(action: &Detailed) -> ActionView<'_> {
    let detail = &action.detail;
    let mut notes = Vec::new();
    if detail["source"] == "SYSTEM" {
        notes.push("telecrm's own, cannot be written");
    }
    if detail["allowPredatedActivity"]["enabled"] == true {
        notes.push("may be backdated");
    }
    let fields = detail["fieldSchema"].as_object();
    let fields = fields.map(|fields| {
        let views = fields.iter().map(|(name, detail)| field(name, detail));
        views.collect()
    });
    ActionView {
        code: &action.name,
        name: detail["displayName"].as_str().unwrap_or_default(),
        fields: fields.unwrap_or_default(),
        notes,
    }
}

fn labels<'m>(list: &'m Value, key: &str) -> Vec<&'m str> {
    let items = list.as_array().map_or(&[][..], Vec::as_slice);
    items.iter().filter_map(|item| item[key].as_str()).collect()
}
