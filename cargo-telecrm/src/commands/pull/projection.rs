//! The part of telecrm's responses that the schema file contains: everything that the generator reads,
//! ids, and descriptions for users. Empty values (`false`, `null`, an empty list) are left out.
//!
//! Values of an undocumented form are written unchanged, so that the check of the file can report them.

use serde_json::{Map, Value, json};

use telecrm_schema::yaml::scalar;

use super::yaml::Yaml;

/// telecrm's responses, with their order of keys.
pub(super) struct Responses {
    pub(super) metadata: Value,
    pub(super) fields: Value,
    pub(super) actions: Value,
    pub(super) pipeline: Value,
}

/// The sections that come from telecrm, in the order of a new file.
pub(super) const SECTIONS: [&str; 4] =
    ["enterprise", "customFields", "customActions", "leadStagePipeline"];

/// Condition under which a key is written.
#[derive(Clone, Copy, PartialEq)]
enum Write {
    Always,
    /// If the value is not empty.
    NotEmpty,
}

use Write::{Always, NotEmpty};

impl Responses {
    /// The sections in the form in which they are written.
    pub(super) fn sections(&self) -> Vec<(String, Yaml)> {
        let enterprise = [("id", Always), ("name", NotEmpty), ("leadIdentifierFieldId", NotEmpty)];
        let sections = [
            object(&self.metadata, &enterprise, |_, _| None),
            list(&self.fields["customFields"], field),
            list(&self.actions["customActions"], action),
            pipeline(&self.pipeline),
        ];
        SECTIONS.iter().map(|name| (*name).to_owned()).zip(sections).collect()
    }

    /// Messages about keys of a response other than its list, such as a hint that the list has more pages.
    pub(super) fn unknown_response_keys(&self) -> Vec<String> {
        let lists = [("customFields", &self.fields), ("customActions", &self.actions)];
        let messages = lists.into_iter().flat_map(|(list, response)| {
            let keys = response.as_object().into_iter().flatten().map(|(key, _)| key);
            keys.filter(move |key| *key != list).map(move |key| {
                format!("the response has the key {} in addition to `{list}`", scalar(key))
            })
        });
        messages.collect()
    }

    /// Everything that telecrm sent, so that the schema reader can report unknown keys.
    pub(super) fn whole(&self) -> Yaml {
        let responses = [&self.metadata, &self.fields, &self.actions, &self.pipeline];
        let sections = SECTIONS.iter().zip(responses);
        // No schema is deeper than this, so deeper values have no known keys.
        Yaml::Map(sections.map(|(name, value)| ((*name).to_owned(), shallow(value, 12))).collect())
    }
}

fn field(json: &Value) -> Yaml {
    let keys = [
        ("apiName", Always),
        ("type", Always),
        ("isLeadid", NotEmpty),
        ("lockAfterCreate", NotEmpty),
        ("minLength", NotEmpty),
        ("maxLength", NotEmpty),
        ("id", NotEmpty),
        ("displayName", NotEmpty),
        ("description", NotEmpty),
        ("options", NotEmpty),
    ];
    object(json, &keys, |key, value| (key == "options").then(|| list(value, option)))
}

fn option(json: &Value) -> Yaml {
    object(json, &[("id", NotEmpty), ("label", Always)], |_, _| None)
}

fn action(json: &Value) -> Yaml {
    let system =
        json["source"].as_str().is_some_and(|source| source.eq_ignore_ascii_case("SYSTEM"));
    let keys = [
        ("code", Always),
        ("displayName", NotEmpty),
        ("source", NotEmpty),
        ("id", NotEmpty),
        ("description", NotEmpty),
        ("fieldSchema", Always),
        ("allowPredatedActivity", NotEmpty),
    ];
    // Of telecrm's own actions only the name is written: they cannot be sent.
    let keys = if system { &keys[..5] } else { &keys[..] };
    object(json, keys, |key, value| match key {
        "source" if !system => Some(Yaml::Null),
        "fieldSchema" => Some(field_schema(value)),
        "allowPredatedActivity" => match value.get("enabled") {
            Some(enabled) if !is_empty(&yaml(enabled)) => {
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
        ("minLength", NotEmpty),
        ("maxLength", NotEmpty),
        ("displayName", NotEmpty),
        ("description", NotEmpty),
        ("options", NotEmpty),
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

/// Returns the documented form of a pipeline with `statuses` and `lostReasons` at the top.
///
/// The form of the file stays the same if telecrm changes from one form to the other.
fn with_stages(json: &Value) -> Value {
    let mut json = json.clone();
    let Some(entries) = json.as_object_mut() else { return json };
    if let Some(statuses) = entries.remove("statuses").filter(Value::is_array) {
        let stage = json!({ "stageType": "OPEN", "activeStatuses": statuses });
        match entries.get_mut("leadStages").and_then(Value::as_array_mut) {
            Some(stages) => stages.push(stage),
            None => drop(entries.insert("leadStages".to_owned(), json!([stage]))),
        }
    }
    if let Some(Value::Array(mut reasons)) = entries.remove("lostReasons") {
        match entries.get_mut("activeLeadLostReasons").and_then(Value::as_array_mut) {
            Some(active) => active.append(&mut reasons),
            None => drop(entries.insert("activeLeadLostReasons".to_owned(), reasons.into())),
        }
    }
    json
}

fn pipeline(json: &Value) -> Yaml {
    let json = &with_stages(json);
    let keys = [
        ("leadStages", Always),
        ("activeLeadLostReasons", NotEmpty),
        ("archivedLeadLostReasons", NotEmpty),
    ];
    object(json, &keys, |key, value| {
        Some(if key == "leadStages" { list(value, stage) } else { list(value, reason) })
    })
}

fn stage(json: &Value) -> Yaml {
    let keys = [
        ("stageType", Always),
        ("stageid", NotEmpty),
        ("activeStatuses", NotEmpty),
        ("archivedStatuses", NotEmpty),
    ];
    let status =
        |json: &Value| object(json, &[("statusid", NotEmpty), ("label", Always)], |_, _| None);
    object(json, &keys, |key, value| key.ends_with("Statuses").then(|| list(value, status)))
}

fn reason(json: &Value) -> Yaml {
    object(json, &[("reasonid", NotEmpty), ("reasonLabel", Always)], |_, _| None)
}

/// The keys of an object that are written, in this order. `special` writes a value in another form;
/// `Yaml::Null` leaves the key out.
fn object(
    json: &Value,
    keys: &[(&str, Write)],
    special: impl Fn(&str, &Value) -> Option<Yaml>,
) -> Yaml {
    let Value::Object(entries) = json else { return yaml(json) };
    let written = keys.iter().filter_map(|&(key, when)| {
        let value = entries.get(key)?;
        let value = special(key, value).unwrap_or_else(|| yaml(value));
        (when == Always || !is_empty(&value)).then(|| (key.to_owned(), value))
    });
    Yaml::Map(written.collect())
}

fn list(json: &Value, item: impl Fn(&Value) -> Yaml) -> Yaml {
    match json {
        Value::Array(items) => Yaml::List(items.iter().map(item).collect()),
        other => yaml(other),
    }
}

fn is_empty(value: &Yaml) -> bool {
    match value {
        Yaml::Null => true,
        Yaml::Bare(text) => text == "false",
        Yaml::Text(text) => text.trim().is_empty(),
        Yaml::List(items) => items.is_empty(),
        Yaml::Map(entries) => entries.is_empty(),
    }
}

/// Returns the value unchanged.
pub(super) fn yaml(json: &Value) -> Yaml {
    shallow(json, usize::MAX)
}

fn shallow(json: &Value, depth: usize) -> Yaml {
    let Some(below) = depth.checked_sub(1) else { return Yaml::Null };
    match json {
        Value::Null => Yaml::Null,
        Value::Bool(value) => Yaml::Bare(value.to_string()),
        Value::Number(value) => Yaml::Bare(value.to_string()),
        Value::String(value) => Yaml::Text(value.clone()),
        Value::Array(items) => Yaml::List(items.iter().map(|item| shallow(item, below)).collect()),
        Value::Object(entries) => map(entries, below),
    }
}

fn map(entries: &Map<String, Value>, depth: usize) -> Yaml {
    Yaml::Map(entries.iter().map(|(key, value)| (key.clone(), shallow(value, depth))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(section: usize, json: Value) -> String {
        let mut responses = Responses {
            metadata: json!({ "id": "acme" }),
            fields: json!({ "customFields": [] }),
            actions: json!({ "customActions": [] }),
            pipeline: json!({ "leadStages": [] }),
        };
        let parts = [
            &mut responses.metadata,
            &mut responses.fields,
            &mut responses.actions,
            &mut responses.pipeline,
        ];
        if let Some(part) = parts.into_iter().nth(section) {
            *part = json;
        }
        responses.sections()[section].1.flow()
    }

    #[test]
    fn field_has_its_name_and_the_keys_of_the_generator() {
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
    fn action_has_its_fields_unless_it_is_predefined() {
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
    fn point_3_pipeline_without_stages_is_written_in_the_documented_form() {
        let pipeline = json!({
            "statuses": [{ "statusid": "t1", "label": "Fresh", "color": "#00ff00" }],
            "lostReasons": [{ "reasonid": "r1", "reasonLabel": "Price" }],
        });
        assert_eq!(
            written(3, pipeline),
            "{ leadStages: [{ stageType: OPEN, activeStatuses: [{ statusid: t1, label: Fresh }] }], \
             activeLeadLostReasons: [{ reasonid: r1, reasonLabel: Price }] }"
        );
    }

    #[test]
    fn pipeline_keeps_ids_and_labels() {
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
