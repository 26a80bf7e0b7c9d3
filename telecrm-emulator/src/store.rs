//! Store of leads, which background processing creates and updates.

use std::{collections::HashMap, mem::size_of};

use serde::Serialize;
use serde_json::{Map, Value};
use telecrm_schema::{
    FieldType, Schema,
    validate::{
        AcceptedLead, Behaviors, DropRule, EmptyText, LockedField, NullValue, StoredTags, Violation,
    },
};

use crate::{created_labels::CreatedLabels, size};

/// A lead in the form in which telecrm would store it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StoredLead {
    /// Id of the lead: 24 hexadecimal digits, counted from 1 since the start or the last reset.
    pub id: String,
    /// Value of the identifier when the lead was created.
    ///
    /// A phone number has its country code, and an email is trimmed.
    pub identifier: String,
    /// All fields with a value, including the identifier, by API name.
    ///
    /// Phone numbers consist of country code and number, without `+`. Other values are stored as
    /// sent.
    pub fields: Map<String, Value>,
    /// The timeline: actions in the order in which they were appended.
    pub actions: Vec<Value>,
}

/// A lead with metadata for the Sync API and the page.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) lead: StoredLead,
    /// Time of creation in milliseconds since 1970.
    pub(crate) created_on: u64,
    /// Time of the last change in milliseconds since 1970.
    pub(crate) modified_on: u64,
    /// Number of updates.
    pub(crate) changes: u64,
    /// One stamp for each action of the lead, in the same order.
    pub(crate) stamps: Vec<Stamp>,
}

/// The id and the time of a stored action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    pub(crate) id: u64,
    /// Time of storage in milliseconds since 1970.
    pub(crate) on: u64,
}

/// All leads in the order of their creation.
#[derive(Debug, Default)]
pub(crate) struct Store {
    behaviors: Behaviors,
    records: Vec<Record>,
    /// Indices of leads by their identifiers in lower case.
    by_identifier: HashMap<String, usize>,
    /// Number of action ids so far.
    action_ids: u64,
    created_labels: CreatedLabels,
    /// Memory of all leads and created labels in bytes.
    bytes: usize,
}

/// Returns the memory of a new lead in bytes, including everything that it owns.
pub(crate) fn size_of_lead(
    identifier: &String,
    fields: &Map<String, Value>,
    actions: &Vec<Value>,
) -> usize {
    // The id, the identifier as a key, and the spare capacity of both tables.
    let fixed = 2 * (size_of::<Record>() + size_of::<(String, usize)>() + size_of::<usize>()) + 24;
    let stamps = actions.len() * size_of::<Stamp>();
    fixed + 2 * identifier.capacity() + size::of_map(fields) + size::of_values(actions) + stamps
}

/// Formats an id like telecrm, as 24 hexadecimal digits.
pub(crate) fn id(number: u64) -> String {
    format!("{number:024x}")
}

impl Store {
    pub(crate) fn new(behaviors: Behaviors) -> Self {
        Self { behaviors, ..Self::default() }
    }

    /// Updates or creates the lead with this identifier.
    ///
    /// Returns the stored identifier, and the violations of locked fields of an existing lead.
    pub(crate) fn accept(
        &mut self,
        lead: AcceptedLead,
        schema: &Schema,
        now: u64,
    ) -> (String, Vec<Violation>) {
        let AcceptedLead { identifier, fields, actions, .. } = lead;
        let (at, locked) = match self.find(&identifier) {
            Some(at) => (at, self.update(at, fields, schema, now)),
            None => (self.create(identifier, fields, schema, now), Vec::new()),
        };
        self.append(at, actions, schema, now);
        (self.records[at].lead.identifier.clone(), locked)
    }

    /// Returns the index of the lead with this identifier.
    pub(crate) fn find(&self, identifier: &str) -> Option<usize> {
        self.by_identifier.get(&identifier.to_lowercase()).copied()
    }

    /// Returns the index of the lead with this id.
    pub(crate) fn find_by_id(&self, id: &str) -> Option<usize> {
        // Ids are numbers from 1 in the order of creation.
        let number = u64::from_str_radix(id, 16).ok()?;
        let at = usize::try_from(number.checked_sub(1)?).ok()?;
        self.records.get(at).filter(|record| record.lead.id == id).map(|_| at)
    }

    /// Creates a lead without actions, and returns its index.
    pub(crate) fn create(
        &mut self,
        identifier: String,
        mut fields: Map<String, Value>,
        schema: &Schema,
        now: u64,
    ) -> usize {
        fields.retain(|_, value| effect(value, self.behaviors) == Effect::Set);
        let at = self.records.len();
        self.bytes += self.created_labels.add_from_lead(schema, &fields);
        self.bytes += size_of_lead(&identifier, &fields, &Vec::new());
        self.by_identifier.insert(identifier.to_lowercase(), at);
        let number = u64::try_from(at).unwrap_or(u64::MAX).saturating_add(1);
        self.records.push(Record {
            lead: StoredLead { id: id(number), identifier, fields, actions: Vec::new() },
            created_on: now,
            modified_on: now,
            changes: 0,
            stamps: Vec::new(),
        });
        at
    }

    /// Merges fields into a lead. Returns a violation for each locked field that was sent.
    pub(crate) fn update(
        &mut self,
        at: usize,
        fields: Map<String, Value>,
        schema: &Schema,
        now: u64,
    ) -> Vec<Violation> {
        let record = &mut self.records[at];
        record.modified_on = now;
        record.changes += 1;
        let before = size::of_map(&record.lead.fields);
        let locked = merge(&mut record.lead, fields, schema, self.behaviors);
        self.bytes = self.bytes - before + size::of_map(&record.lead.fields);
        self.bytes += self.created_labels.add_from_lead(schema, &record.lead.fields);
        locked
    }

    /// Appends actions to the timeline of a lead, and returns their ids.
    pub(crate) fn append(
        &mut self,
        at: usize,
        actions: Vec<Value>,
        schema: &Schema,
        now: u64,
    ) -> Vec<u64> {
        let record = &mut self.records[at];
        let first = self.action_ids + 1;
        for action in actions {
            // The capacity of both lists may be twice their length.
            let slots = 2 * (size_of::<Value>() + size_of::<Stamp>());
            self.bytes += slots + size::of_value(&action);
            self.bytes += self.created_labels.add_from_action(schema, &action);
            self.action_ids += 1;
            record.modified_on = now;
            record.stamps.push(Stamp { id: self.action_ids, on: now });
            record.lead.actions.push(action);
        }
        (first..=self.action_ids).collect()
    }

    /// Returns the index of the action with this id in the timeline of a lead.
    pub(crate) fn find_action(&self, at: usize, id: &str) -> Option<usize> {
        self.records[at].stamps.iter().position(|stamp| self::id(stamp.id) == id)
    }

    /// Replaces an action of a lead; its id and its time stay.
    pub(crate) fn replace_action(
        &mut self,
        at: usize,
        action: usize,
        with: Value,
        schema: &Schema,
        now: u64,
    ) {
        let record = &mut self.records[at];
        record.modified_on = now;
        record.changes += 1;
        let old = std::mem::replace(&mut record.lead.actions[action], with);
        let new = &record.lead.actions[action];
        self.bytes = self.bytes - size::of_value(&old) + size::of_value(new);
        self.bytes += self.created_labels.add_from_action(schema, new);
    }

    pub(crate) fn created_labels(&self) -> &CreatedLabels {
        &self.created_labels
    }

    /// Returns the memory of all leads in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn record(&self, at: usize) -> &Record {
        &self.records[at]
    }

    pub(crate) fn records(&self) -> &[Record] {
        &self.records
    }

    pub(crate) fn to_vec(&self) -> Vec<StoredLead> {
        self.records.iter().map(|record| record.lead.clone()).collect()
    }
}

fn merge(
    existing: &mut StoredLead,
    fields: Map<String, Value>,
    schema: &Schema,
    behaviors: Behaviors,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (name, value) in fields {
        let effect = effect(&value, behaviors);
        // The identifier never changes, not even its case.
        if effect == Effect::Keep
            || name == schema.identifier().api_name
            || existing.fields.get(&name) == Some(&value)
        {
            continue;
        }
        let field = schema.field(&name);
        if behaviors.locked_field == LockedField::Drop
            && field.is_some_and(|field| field.lock_after_create)
        {
            violations.push(locked(&name, &value, existing.fields.get(&name)));
            continue;
        }
        if effect == Effect::Clear {
            existing.fields.shift_remove(&name);
            continue;
        }
        let stored = existing.fields.entry(name).or_insert(Value::Null);
        match (field.map(|field| &field.field_type), &mut *stored, value) {
            (Some(FieldType::Tags(_)), Value::Array(tags), Value::Array(added))
                if behaviors.tags == StoredTags::Add =>
            {
                for tag in added {
                    if !tags.contains(&tag) {
                        tags.push(tag);
                    }
                }
            }
            (_, stored, value) => *stored = value,
        }
    }
    violations
}

/// The effect of a sent value on a stored lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Set,
    Keep,
    Clear,
}

fn effect(value: &Value, behaviors: Behaviors) -> Effect {
    match value {
        Value::Null => match behaviors.null {
            NullValue::Clear => Effect::Clear,
            _ => Effect::Keep,
        },
        Value::String(text) if text.is_empty() => match behaviors.empty_text {
            EmptyText::Clear => Effect::Clear,
            EmptyText::Store => Effect::Set,
            _ => Effect::Keep,
        },
        _ => Effect::Set,
    }
}

fn locked(name: &str, sent: &Value, stored: Option<&Value>) -> Violation {
    let kept = stored.map_or_else(
        || "the lead without it".to_owned(),
        |stored| format!("the stored value {stored}"),
    );
    let rule = "the field is locked after the lead is created, and this lead exists already";
    Violation::of_value(format!("fields.{name}"), DropRule::Locked, sent, rule, &kept)
}
