//! Random changes to a schema, of the kinds that users make in telecrm or in the file.

use std::ops::Range;

use serde_json::{Value, json};

/// Random numbers, always the same for a seed (`SplitMix64`).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number of the range, which is not empty.
    pub(crate) fn within(&mut self, range: Range<usize>) -> usize {
        let width = u64::try_from(range.len().max(1)).expect("a small range");
        range.start + usize::try_from(self.next() % width).expect("less than the width")
    }

    fn coin(&mut self) -> bool {
        self.next() & 1 == 0
    }

    fn of<'t, T: ?Sized>(&mut self, items: &[&'t T]) -> &'t T {
        items[self.within(0..items.len())]
    }
}

/// Adds ids, in the form of the API's detail mode, to about half of all fields and labels.
pub(crate) fn identify(schema: &mut Value, dice: &mut Dice) {
    let mut next = 0;
    let mut id = |dice: &mut Dice| {
        next += 1;
        dice.coin().then(|| json!(format!("id_{next}")))
    };
    for field in schema["customFields"].as_array_mut().into_iter().flatten() {
        if let Some(id) = id(dice) {
            field["id"] = id;
        }
    }
    for list in lists(schema) {
        let id_key = list.id_key();
        for label in list.of(schema).expect("a list that is there") {
            if let Some(id) = id(dice) {
                *label = json!({ list.key: list.text(label), id_key: id });
            }
        }
    }
}

/// Makes one change, each kind in turn if possible. Returns the kind.
pub(crate) fn mutate(schema: &mut Value, dice: &mut Dice, turn: usize) -> &'static str {
    for tries in 0.. {
        // Try several changes of one kind, since other places may allow it.
        let next = if tries < 8 { turn % CHANGES.len() } else { dice.within(0..CHANGES.len()) };
        let (name, change) = CHANGES[next];
        if change(schema, dice).is_some() {
            return name;
        }
    }
    unreachable!("an enterprise can always be called otherwise")
}

/// Returns `None` if the change is not possible.
type Change = fn(&mut Value, &mut Dice) -> Option<()>;

const CHANGES: &[(&str, Change)] = &[
    ("field added", field_added),
    ("field removed", field_removed),
    ("field moved", |schema, dice| moved(schema["customFields"].as_array_mut()?, dice)),
    ("API name changed", api_name_changed),
    ("type changed", |schema, dice| any_field(schema, dice, retyped)),
    ("limits changed", |schema, dice| any_field(schema, dice, limited)),
    ("lock changed", |schema, dice| any_field(schema, dice, locked)),
    ("description changed", |schema, dice| any_field(schema, dice, described)),
    ("skip changed", |schema, dice| listed(schema, dice, "skip")),
    ("open changed", |schema, dice| listed(schema, dice, "open")),
    ("renamed in Rust", renamed),
    ("label added", label_added),
    ("label removed", |schema, dice| removed(any_list(schema, dice)?.of(schema)?, dice)),
    ("label moved", |schema, dice| moved(any_list(schema, dice)?.of(schema)?, dice)),
    ("label changed", relabelled),
    ("label changed", relabelled),
    ("label archived", archived),
    ("stage changed", stage_changed),
    ("action added", action_added),
    ("action removed", |schema, dice| removed(schema["customActions"].as_array_mut()?, dice)),
    ("action moved", |schema, dice| moved(schema["customActions"].as_array_mut()?, dice)),
    ("action called otherwise", action_called),
    ("action backdated", action_backdated),
    ("enterprise changed", enterprise_changed),
];

/// A name that is similar to one of `names`, or new.
fn name(names: &[String], dice: &mut Dice) -> String {
    let other = match names.len() {
        0 => "Name".to_owned(),
        len => names[dice.within(0..len)].clone(),
    };
    match dice.within(0..6) {
        0 => other.to_uppercase(),
        1 => other.to_lowercase(),
        2 => format!("{other} "),
        3 => format!("{other}-2"),
        4 => dice.of(&["type", "Status", "new", "Website", "9", "हाँ"]).to_owned(),
        _ => format!("Name {}", dice.within(0..1000)),
    }
}

fn any_type(dice: &mut Dice) -> Value {
    let plain =
        ["TEXT", "EMAIL", "PHONE", "NUMBER", "DATE", "MONEY", "WEBSITE", "RATING", "STATUS"];
    match dice.within(0..4) {
        0 => json!({ "type": "DROPDOWN", "options": ["A", "B", "a"] }),
        1 => json!({ "type": "TAGS", "options": ["A", "B"] }),
        2 => json!({ "type": "TEXT", "maxLength": dice.within(1..99) }),
        _ => json!({ "type": dice.of(&plain) }),
    }
}

fn removed(items: &mut Vec<Value>, dice: &mut Dice) -> Option<()> {
    let index = dice.within(0..items.len());
    (!items.is_empty()).then(|| drop(items.remove(index)))
}

fn moved(items: &mut [Value], dice: &mut Dice) -> Option<()> {
    let (from, to) = (dice.within(0..items.len()), dice.within(0..items.len()));
    (from != to).then(|| items.swap(from, to))
}

// Fields.

/// The fields: JSON pointers, and names under `codegen`.
fn fields(schema: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (index, field) in schema["customFields"].as_array().into_iter().flatten().enumerate() {
        let path = field["apiName"].as_str().unwrap_or_default().to_owned();
        found.push((format!("/customFields/{index}"), path));
    }
    for (index, action) in schema["customActions"].as_array().into_iter().flatten().enumerate() {
        for (key, _) in action["fieldSchema"].as_object().into_iter().flatten() {
            let escaped = key.replace('~', "~0").replace('/', "~1");
            let code = action["code"].as_str().unwrap_or_default();
            found.push((
                format!("/customActions/{index}/fieldSchema/{escaped}"),
                format!("{code}.{key}"),
            ));
        }
    }
    found
}

fn any_field(
    schema: &mut Value,
    dice: &mut Dice,
    change: fn(&mut Value, &mut Dice) -> Option<()>,
) -> Option<()> {
    let fields = fields(schema);
    let (pointer, _) = &fields[dice.within(0..fields.len())];
    change(schema.pointer_mut(pointer)?, dice)
}

fn field_added(schema: &mut Value, dice: &mut Dice) -> Option<()> {
    let mut field = any_type(dice);
    let actions = schema["customActions"].as_array().map_or(0, Vec::len);
    if actions > 0 && dice.coin() {
        let fields =
            schema["customActions"][dice.within(0..actions)]["fieldSchema"].as_object_mut()?;
        let names: Vec<String> = fields.keys().cloned().collect();
        fields.insert(name(&names, dice), field);
        return Some(());
    }
    let fields = schema["customFields"].as_array_mut()?;
    let names: Vec<String> =
        fields.iter().map(|field| field["apiName"].to_string().replace('"', "")).collect();
    field["apiName"] = json!(name(&names, dice));
    fields.insert(dice.within(0..fields.len() + 1), field);
    Some(())
}

fn field_removed(schema: &mut Value, dice: &mut Dice) -> Option<()> {
    let actions = schema["customActions"].as_array().map_or(0, Vec::len);
    if actions > 0 && dice.coin() {
        let fields =
            schema["customActions"][dice.within(0..actions)]["fieldSchema"].as_object_mut()?;
        let name = fields.keys().nth(dice.within(0..fields.len()))?.clone();
        return fields.shift_remove(&name).map(drop);
    }
    let fields = schema["customFields"].as_array_mut()?;
    let index = dice.within(0..fields.len());
    (fields[index]["isLeadid"] != true).then(|| drop(fields.remove(index)))
}

fn api_name_changed(schema: &mut Value, dice: &mut Dice) -> Option<()> {
    let fields = schema["customFields"].as_array_mut()?;
    let index = dice.within(0..fields.len());
    let old = fields[index]["apiName"].as_str()?.to_owned();
    fields[index]["apiName"] = json!(name(&[old], dice));
    Some(())
}

fn retyped(field: &mut Value, dice: &mut Dice) -> Option<()> {
    let type_name = any_type(dice);
    if field["isLeadid"] == true {
        field["type"] = json!(dice.of(&["PHONE", "EMAIL", "TEXT"]));
        return Some(());
    }
    let field = field.as_object_mut()?;
    for key in ["options", "minLength", "maxLength"] {
        field.shift_remove(key);
    }
    field.extend(type_name.as_object()?.clone());
    Some(())
}

fn limited(field: &mut Value, dice: &mut Dice) -> Option<()> {
    if field["type"] != "TEXT" || field["isLeadid"] == true {
        return None;
    }
    let (key, limit) = match dice.within(0..4) {
        0 => ("minLength", Value::Null),
        1 => ("maxLength", Value::Null),
        2 => ("minLength", json!(dice.within(0..4))),
        _ => ("maxLength", json!(dice.within(5..2000))),
    };
    let field = field.as_object_mut()?;
    if limit.is_null() {
        return field.shift_remove(key).map(drop);
    }
    field.insert(key.to_owned(), limit);
    Some(())
}

fn locked(field: &mut Value, _: &mut Dice) -> Option<()> {
    // Fields of actions have no lock.
    field.get("apiName")?;
    field["lockAfterCreate"] = json!(field["lockAfterCreate"] != true);
    Some(())
}

fn described(field: &mut Value, dice: &mut Dice) -> Option<()> {
    let words = json!(format!("Words {}", dice.within(0..1000)));
    field.as_object_mut()?.insert("description".to_owned(), words);
    Some(())
}

/// Adds a field to `codegen.skip` or `codegen.open`, or removes it.
fn listed(schema: &mut Value, dice: &mut Dice, key: &str) -> Option<()> {
    let fields = fields(schema);
    let (pointer, path) = &fields[dice.within(0..fields.len())];
    let field = schema.pointer(pointer)?;
    let fits = match key {
        "open" => field.get("options").is_some(),
        _ => field["isLeadid"] != true,
    };
    let listed = &mut schema["codegen"][key];
    if listed.is_null() {
        *listed = json!([]);
    }
    let listed = listed.as_array_mut()?;
    if let Some(index) = listed.iter().position(|entry| entry == path) {
        listed.remove(index);
        return Some(());
    }
    fits.then(|| listed.push(json!(path)))
}

/// Gives a setter another name by `codegen.rename.fields`.
fn renamed(schema: &mut Value, dice: &mut Dice) -> Option<()> {
    let fields = fields(schema);
    let (_, path) = fields.get(dice.within(0..fields.len()))?;
    let name = format!("renamed_{}", dice.within(0..1000));
    schema["codegen"]["rename"]["fields"][path.as_str()] = json!(name);
    Some(())
}

// Labels.

/// A list of labels: its JSON pointer, and the key of a label in an object.
#[derive(Clone)]
struct List {
    pointer: String,
    key: &'static str,
}

impl List {
    fn of<'s>(&self, schema: &'s mut Value) -> Option<&'s mut Vec<Value>> {
        schema.pointer_mut(&self.pointer)?.as_array_mut()
    }

    fn id_key(&self) -> &'static str {
        match self.key {
            "reasonLabel" => "reasonid",
            _ if self.pointer.ends_with("Statuses") => "statusid",
            _ => "id",
        }
    }

    fn text(&self, label: &Value) -> String {
        label.as_str().or(label[self.key].as_str()).unwrap_or_default().to_owned()
    }

    fn texts(&self, schema: &mut Value) -> Option<Vec<String>> {
        Some(self.of(schema)?.iter().map(|label| self.text(label)).collect())
    }
}

fn lists(schema: &Value) -> Vec<List> {
    let fields =
        fields(schema).into_iter().map(|(pointer, _)| (format!("{pointer}/options"), "label"));
    let statuses = (0..3).flat_map(|stage| {
        ["activeStatuses", "archivedStatuses"]
            .map(|key| (format!("/leadStagePipeline/leadStages/{stage}/{key}"), "label"))
    });
    let reasons = ["activeLeadLostReasons", "archivedLeadLostReasons"]
        .map(|key| (format!("/leadStagePipeline/{key}"), "reasonLabel"));
    let lists = fields.chain(statuses).chain(reasons);
    let existing =
        lists.filter(|(pointer, _)| schema.pointer(pointer).is_some_and(Value::is_array));
    existing.map(|(pointer, key)| List { pointer, key }).collect()
}

fn any_list(schema: &Value, dice: &mut Dice) -> Option<List> {
    let lists = lists(schema);
    lists.get(dice.within(0..lists.len())).cloned()
}

fn label_added(schema: &mut Value, dice: &mut Dice) -> Option<()> {
    let list = any_list(schema, dice)?;
    let text = name(&list.texts(schema)?, dice);
    let labels = list.of(schema)?;
    labels.insert(dice.within(0..labels.len() + 1), json!({ list.key: text }));
    Some(())
}

fn relabelled(schema: &mut Value, dice: &mut Dice) -> Option<()> {
    let list = any_list(schema, dice)?;
    let texts = list.texts(schema)?;
    let (to, known, stays) = (name(&texts, dice), dice.coin(), dice.coin());
    let labels = list.of(schema)?;
    let index = dice.within(0..labels.len());
    let label = labels.get_mut(index)?;
    let id = label.get(list.id_key()).cloned();
    *label = json!({ list.key: to });
    if let Some(id) = id.filter(|_| stays) {
        label[list.id_key()] = id;
    }
    if known && !telecrm_schema::is_blank(&texts[index]) {
        label["formerly"] = json!([texts[index]]);
    }
    Some(())
}

/// Archives a label, or restores it.
fn archived(schema: &mut Value, dice: &mut Dice) -> Option<()> {
    let list = any_list(schema, dice)?;
    let other = if list.pointer.contains("/active") {
        list.pointer.replace("/active", "/archived")
    } else {
        list.pointer.replace("/archived", "/active")
    };
    if other == list.pointer {
        return None;
    }
    let labels = list.of(schema)?;
    let index = dice.within(0..labels.len());
    let label = (index < labels.len()).then(|| labels.remove(index))?;
    let (parent, key) = other.rsplit_once('/')?;
    let target = &mut schema.pointer_mut(parent)?[key];
    if target.is_null() {
        *target = json!([]);
    }
    target.as_array_mut()?.push(label);
    Some(())
}

fn stage_changed(schema: &mut Value, dice: &mut Dice) -> Option<()> {
    let stages = schema["leadStagePipeline"]["leadStages"].as_array_mut()?;
    let index = dice.within(0..stages.len());
    stages.get_mut(index)?["stageType"] = json!(dice.of(&["OPEN", "WON", "LOST"]));
    Some(())
}

// Actions and the rest.

fn display_names(actions: &[Value]) -> Vec<String> {
    actions
        .iter()
        .map(|action| action["displayName"].as_str().unwrap_or_default().to_owned())
        .collect()
}

fn action_added(schema: &mut Value, dice: &mut Dice) -> Option<()> {
    let actions = schema["customActions"].as_array_mut()?;
    let action = json!({
        "code": format!("ACTION_{}", 100 + dice.within(0..1000)),
        "displayName": name(&display_names(actions), dice),
        "fieldSchema": { "note": any_type(dice) },
    });
    actions.insert(dice.within(0..actions.len() + 1), action);
    Some(())
}

fn action_called(schema: &mut Value, dice: &mut Dice) -> Option<()> {
    let actions = schema["customActions"].as_array_mut()?;
    let name = name(&display_names(actions), dice);
    let index = dice.within(0..actions.len());
    actions.get_mut(index)?["displayName"] = json!(name);
    Some(())
}

fn action_backdated(schema: &mut Value, dice: &mut Dice) -> Option<()> {
    let actions = schema["customActions"].as_array_mut()?;
    let index = dice.within(0..actions.len());
    let allow = &mut actions.get_mut(index)?["allowPredatedActivity"];
    let enabled = allow["enabled"] == true;
    *allow = json!({ "enabled": !enabled });
    Some(())
}

fn enterprise_changed(schema: &mut Value, dice: &mut Dice) -> Option<()> {
    let (key, value) = (dice.of(&["id", "name"]), dice.within(0..1000));
    let enterprise = schema["enterprise"].as_object_mut()?;
    enterprise.insert(key.to_owned(), json!(format!("e {value}")));
    Some(())
}
