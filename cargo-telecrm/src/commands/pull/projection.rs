//! The part of telecrm's answers that goes into the schema file: all that the generator reads, ids, and what
//! people want to see. Values that say nothing (`false`, nothing at all, an empty list) are left out.
//!
//! No shape is insisted on: what is not as documented is written as it came, so that the check of the
//! file can say so.

use serde_json::{Map, Value};

use telecrm_schema::yaml::scalar;

use super::yaml::Yaml;

/// telecrm's answers, in its own order of keys.
pub(super) struct Responses {
    pub(super) metadata: Value,
    pub(super) fields: Value,
    pub(super) actions: Value,
    pub(super) pipeline: Value,
}

/// The sections that come from telecrm, in the order of a new file.
pub(super) const SECTIONS: [&str; 4] =
    ["enterprise", "customFields", "customActions", "leadStagePipeline"];

/// When a key is written.
#[derive(Clone, Copy, PartialEq)]
enum Write {
    Always,
    /// Where it says something.
    Said,
}

use Write::{Always, Said};

impl Responses {
    /// The sections as they are written.
    pub(super) fn sections(&self) -> Vec<(String, Yaml)> {
        let enterprise = [("id", Always), ("name", Said), ("leadIdentifierFieldId", Said)];
        let sections = [
            object(&self.metadata, &enterprise, |_, _| None),
            list(&self.fields["customFields"], field),
            list(&self.actions["customActions"], action),
            pipeline(&self.pipeline),
        ];
        SECTIONS.iter().map(|name| (*name).to_owned()).zip(sections).collect()
    }

    /// Content in an answer beside its list, such as a hint that there is more of it.
    pub(super) fn beside_the_lists(&self) -> Vec<String> {
        let lists = [("customFields", &self.fields), ("customActions", &self.actions)];
        let beside = lists.into_iter().flat_map(|(list, answer)| {
            let keys = answer.as_object().into_iter().flatten().map(|(key, _)| key);
            keys.filter(move |key| *key != list)
                .map(move |key| format!("the answer has the key {} beside `{list}`", scalar(key)))
        });
        beside.collect()
    }

    /// All that telecrm sent, for the schema reader to say what it does not know.
    pub(super) fn whole(&self) -> Yaml {
        let answers = [&self.metadata, &self.fields, &self.actions, &self.pipeline];
        let sections = SECTIONS.iter().zip(answers);
        // No schema is that deep; what is deeper is of no key that could be known.
        Yaml::Map(sections.map(|(name, it)| ((*name).to_owned(), shallow(it, 12))).collect())
    }
}

fn field(json: &Value) -> Yaml {
    let keys = [
        ("apiName", Always),
        ("type", Always),
        ("isLeadid", Said),
        ("lockAfterCreate", Said),
        ("minLength", Said),
        ("maxLength", Said),
        ("id", Said),
        ("displayName", Said),
        ("description", Said),
        ("options", Said),
    ];
    object(json, &keys, |key, value| (key == "options").then(|| list(value, option)))
}

fn option(json: &Value) -> Yaml {
    object(json, &[("id", Said), ("label", Always)], |_, _| None)
}

fn action(json: &Value) -> Yaml {
    let system = json["source"].as_str().is_some_and(|it| it.eq_ignore_ascii_case("SYSTEM"));
    let keys = [
        ("code", Always),
        ("displayName", Said),
        ("source", Said),
        ("id", Said),
        ("description", Said),
        ("fieldSchema", Always),
        ("allowPredatedActivity", Said),
    ];
    // telecrm's own actions are named and no more: nobody can write them.
    let keys = if system { &keys[..5] } else { &keys[..] };
    object(json, keys, |key, value| match key {
        "source" if !system => Some(Yaml::Null),
        "fieldSchema" => Some(field_schema(value)),
        "allowPredatedActivity" => match value.get("enabled") {
            Some(enabled) if says(enabled) => {
                Some(Yaml::Map(vec![("enabled".to_owned(), yaml(enabled))]))
            }
            Some(_) => Some(Yaml::Null),
            None => None,
        },
        _ => None,
    })
}

fn field_schema(json: &Value) -> Yaml {
    let keys = [
        ("type", Always),
        ("minLength", Said),
        ("maxLength", Said),
        ("displayName", Said),
        ("description", Said),
        ("options", Said),
    ];
    let own = |json: &Value| {
        object(json, &keys, |key, value| (key == "options").then(|| list(value, option)))
    };
    match json {
        Value::Object(fields) => {
            Yaml::Map(fields.iter().map(|(name, field)| (name.clone(), own(field))).collect())
        }
        other => yaml(other),
    }
}

fn pipeline(json: &Value) -> Yaml {
    let keys = [
        ("leadStages", Always),
        ("activeLeadLostReasons", Said),
        ("archivedLeadLostReasons", Said),
    ];
    object(json, &keys, |key, value| {
        Some(if key == "leadStages" { list(value, stage) } else { list(value, reason) })
    })
}

fn stage(json: &Value) -> Yaml {
    let keys = [
        ("stageType", Always),
        ("stageid", Said),
        ("activeStatuses", Said),
        ("archivedStatuses", Said),
    ];
    let status = |json: &Value| object(json, &[("statusid", Said), ("label", Always)], |_, _| None);
    object(json, &keys, |key, value| key.ends_with("Statuses").then(|| list(value, status)))
}

fn reason(json: &Value) -> Yaml {
    object(json, &[("reasonid", Said), ("reasonLabel", Always)], |_, _| None)
}

/// The keys of an object that are written, in this order. `special` writes a value in another way; as
/// nothing, where the key is to be left out.
fn object(
    json: &Value,
    keys: &[(&str, Write)],
    special: impl Fn(&str, &Value) -> Option<Yaml>,
) -> Yaml {
    let Value::Object(entries) = json else { return yaml(json) };
    let written = keys.iter().filter_map(|&(key, when)| {
        let value = entries.get(key)?;
        let value = special(key, value).unwrap_or_else(|| yaml(value));
        (when == Always || !says_nothing(&value)).then(|| (key.to_owned(), value))
    });
    Yaml::Map(written.collect())
}

fn list(json: &Value, item: impl Fn(&Value) -> Yaml) -> Yaml {
    match json {
        Value::Array(items) => Yaml::List(items.iter().map(item).collect()),
        other => yaml(other),
    }
}

fn says(json: &Value) -> bool {
    !says_nothing(&yaml(json))
}

fn says_nothing(value: &Yaml) -> bool {
    match value {
        Yaml::Null => true,
        Yaml::Bare(text) => text == "false",
        Yaml::Text(text) => text.trim().is_empty(),
        Yaml::List(items) => items.is_empty(),
        Yaml::Map(entries) => entries.is_empty(),
    }
}

/// As it came.
pub(super) fn yaml(json: &Value) -> Yaml {
    shallow(json, usize::MAX)
}

fn shallow(json: &Value, depth: usize) -> Yaml {
    let Some(below) = depth.checked_sub(1) else { return Yaml::Null };
    match json {
        Value::Null => Yaml::Null,
        Value::Bool(it) => Yaml::Bare(it.to_string()),
        Value::Number(it) => Yaml::Bare(it.to_string()),
        Value::String(it) => Yaml::Text(it.clone()),
        Value::Array(items) => Yaml::List(items.iter().map(|it| shallow(it, below)).collect()),
        Value::Object(entries) => map(entries, below),
    }
}

fn map(entries: &Map<String, Value>, depth: usize) -> Yaml {
    Yaml::Map(entries.iter().map(|(key, it)| (key.clone(), shallow(it, depth))).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(section: usize, json: Value) -> String {
        let mut answers = Responses {
            metadata: json!({ "id": "acme" }),
            fields: json!({ "customFields": [] }),
            actions: json!({ "customActions": [] }),
            pipeline: json!({ "leadStages": [] }),
        };
        let parts = [
            &mut answers.metadata,
            &mut answers.fields,
            &mut answers.actions,
            &mut answers.pipeline,
        ];
        if let Some(part) = parts.into_iter().nth(section) {
            *part = json;
        }
        answers.sections()[section].1.flow()
    }

    #[test]
    fn a_field_is_its_name_and_what_matters() {
        let field = json!({
            "type": "DROPDOWN", "id": "f1", "description": "", "isLeadid": false, "lockAfterCreate": true,
            "apiName": "source", "new": { "x": 1 }, "options": [{ "label": "010", "id": "o1" }, "Yes"],
        });
        assert_eq!(
            written(
                1,
                json!({ "customFields": [field, { "apiName": "a", "type": "GEO", "options": [] }, 5] })
            ),
            r#"[{ apiName: source, type: DROPDOWN, lockAfterCreate: true, id: f1, options: [{ id: o1, label: "010" }, "Yes"] }, { apiName: a, type: GEO }, 5]"#
        );
    }

    #[test]
    fn an_action_has_its_fields_unless_it_is_telecrms() {
        let actions = json!({ "customActions": [
            {
                "code": "ACTION_1", "displayName": "Visit", "source": "USER", "score": 3, "id": "a1",
                "fieldSchema": { "note": { "type": "TEXT", "required": true, "description": null } },
                "allowPredatedActivity": { "enabled": true },
            },
            { "code": "ACTION_2", "displayName": "", "fieldSchema": {}, "allowPredatedActivity": { "enabled": false } },
            { "code": "CALL", "displayName": "Call", "source": "SYSTEM", "fieldSchema": { "a": {} } },
        ] });
        assert_eq!(
            written(2, actions),
            "[{ code: ACTION_1, displayName: Visit, id: a1, fieldSchema: { note: { type: TEXT } }, \
             allowPredatedActivity: { enabled: true } }, { code: ACTION_2, fieldSchema: {} }, \
             { code: CALL, displayName: Call, source: SYSTEM }]"
        );
    }

    #[test]
    fn a_pipeline_keeps_ids_and_labels() {
        let pipeline = json!({
            "version": 3, "archivedLeadLostReasons": [],
            "activeLeadLostReasons": [{ "reasonLabel": "Price", "reasonid": "r1", "isDefault": true }],
            "leadStages": [{
                "stageid": "s1", "stageType": "OPEN", "visibility": true, "archivedStatuses": [],
                "activeStatuses": [{ "label": "", "statusid": "t1", "color": "#888888" }],
            }],
        });
        assert_eq!(
            written(3, pipeline),
            r#"{ leadStages: [{ stageType: OPEN, stageid: s1, activeStatuses: [{ statusid: t1, label: "" }] }], activeLeadLostReasons: [{ reasonid: r1, reasonLabel: Price }] }"#
        );
    }
}
