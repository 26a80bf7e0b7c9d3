//! Valid workspaces with names, labels and descriptions of any Unicode, as JSON.

use proptest::prelude::*;
use serde_json::{Value, json};

/// A workspace that is valid in telecrm.
pub fn workspace() -> impl Strategy<Value = Value> + use<> {
    let fields = prop::collection::vec(field(), 0..10);
    let actions = prop::collection::vec(action(), 0..4);
    let statuses = (prop::collection::btree_set(label(), 0..4), name());
    let identifier = prop::sample::select(vec!["PHONE", "EMAIL", "TEXT"]);
    (fields, actions, statuses, identifier, name(), text()).prop_map(
        |(fields, actions, (mut statuses, status), identifier, name, enterprise)| {
            statuses.insert(status);
            let mut all_fields = vec![json!({ "apiName": name, "type": identifier, "isLeadid": true })];
            // An API name belongs to one field.
            let mut seen = std::collections::BTreeSet::from([name]);
            all_fields.extend(fields.into_iter().filter(|field| seen.insert(field["apiName"].to_string())
                && seen.insert(field["apiName"].as_str().unwrap_or_default().to_owned())));
            // A code belongs to one action.
            let mut seen = std::collections::BTreeSet::new();
            let actions: Vec<Value> = actions
                .into_iter()
                .filter(|action| seen.insert(action["code"].to_string()))
                .collect();
            let (open, rest): (Vec<_>, Vec<_>) =
                statuses.iter().enumerate().partition(|(index, _)| index % 2 == 0);
            let labels = |of: Vec<(usize, &String)>| -> Vec<Value> {
                of.into_iter().map(|(_, label)| json!({ "label": label })).collect()
            };
            let (open, rest) = (labels(open), labels(rest));
            json!({
                "enterprise": { "id": "abc", "name": enterprise },
                "customFields": all_fields,
                "customActions": actions,
                "leadStagePipeline": {
                    "leadStages": [
                        { "stageType": "OPEN", "activeStatuses": open, "archivedStatuses": [{ "label": "Old" }] },
                        { "stageType": "WON", "activeStatuses": [] },
                        { "stageType": "LOST", "activeStatuses": rest },
                    ],
                    "activeLeadLostReasons": [{ "reasonLabel": "Price" }],
                },
            })
        },
    )
}

/// Text of any kind.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\PC{0,40}",
        "[ \\n\\t#*`\\[\\]<>()\\\\/|_~-]{0,20}",
        "```[a-z]{0,4}\\n[ -~]{0,20}\\n```",
        "(https?://)?[a-z./_*<>-]{1,20}",
    ]
}

/// A name, which is not blank.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[A-Za-z][A-Za-z0-9_ -]{0,10}",
        1 => prop::sample::select(vec![
            "type", "self", "Self", "new", "actions", "action", "created_on", "code", "clone", "gen", "crate",
            "Option", "Vec", "String", "status", "Status", "LostReason", "Payment", "Action", "_", "__", "1", "-",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,6}[^\\s\\p{C}]\\PC{0,6}",
        1 => any::<String>(),
    ]
    .prop_filter("a name is not blank", |name| !telecrm_schema::is_blank(name))
}

/// A label of any text.
fn label() -> impl Strategy<Value = String> {
    prop_oneof![2 => name(), 1 => any::<String>(), 1 => "[aA1 +&%<>#-]{0,4}"]
}

fn options() -> impl Strategy<Value = Vec<String>> {
    // Blank labels are left out, and a list needs at least one label.
    (prop::collection::vec(label(), 0..5), name()).prop_map(|(mut labels, name)| {
        labels.push(name);
        labels
    })
}

fn value_type() -> impl Strategy<Value = Value> {
    let plain = prop::sample::select(vec![
        "TEXT",
        "EMAIL",
        "PHONE",
        "NUMBER",
        "DATE",
        "MONEY",
        "WEBSITE",
        "MEDIA_LINK",
        "ACTIVE_USERS",
        "RATING",
        "STATUS",
        "LOST_REASON",
    ]);
    prop_oneof![
        3 => plain.prop_map(|name| json!({ "type": name })),
        1 => (0_u32..10, 10_u32..2_000_000)
            .prop_map(|(min, max)| json!({ "type": "TEXT", "minLength": min, "maxLength": max })),
        2 => options().prop_map(|labels| json!({ "type": "DROPDOWN", "options": labels })),
        2 => options().prop_map(|labels| json!({ "type": "TAGS", "options": labels })),
    ]
}

fn field() -> impl Strategy<Value = Value> {
    (name(), value_type(), text(), any::<bool>()).prop_map(
        |(name, mut field, description, lock)| {
            field["apiName"] = json!(name);
            field["description"] = json!(description);
            field["lockAfterCreate"] = json!(lock);
            field
        },
    )
}

/// A code after its prefix: mostly numbers, sometimes other characters.
fn code() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[0-9]{1,4}",
        2 => "[A-Za-z0-9._ /-]{1,6}",
        1 => "\\PC{1,6}",
        1 => any::<String>(),
    ]
    .prop_filter("a code is not blank", |code| !code.trim().is_empty())
    .prop_map(|code| format!("ACTION_{code}"))
}

/// The display name of an action: any text, often equal or similar to other names.
fn display_name() -> impl Strategy<Value = String> {
    let few = ["Visit", "New", "Payment", "Vec", "Self", "1", ""];
    prop_oneof![2 => text(), 2 => prop::sample::select(few.to_vec()).prop_map(str::to_owned)]
}

fn action() -> impl Strategy<Value = Value> {
    let fields = prop::collection::btree_map(name(), value_type(), 0..4);
    (code(), display_name(), fields, text(), any::<bool>()).prop_map(
        |(code, display_name, fields, description, backdatable)| {
            json!({
                "code": code,
                "displayName": display_name,
                "description": description,
                "fieldSchema": fields,
                "allowPredatedActivity": { "enabled": backdatable },
            })
        },
    )
}
