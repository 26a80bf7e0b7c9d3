//! Store of leads, as background processing leaves them.

use std::{collections::HashMap, mem::size_of};

use serde::Serialize;
use serde_json::{Map, Value};
use telecrm_schema::{
    Schema,
    validate::{AcceptedLead, DropRule, Violation},
};

use crate::size;

/// A lead as telecrm would hold it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StoredLead {
    /// The emulator's own id: 24 hexadecimal digits, counted from 1 since the start or the last
    /// reset.
    pub id: String,
    /// The identifier's value, as the lead was created: a phone with its country code, an email
    /// trimmed.
    pub identifier: String,
    /// Every field that has a value, the identifier among them, by API name. Phones are complete
    /// (country code and number, no `+`); all else is as it was sent.
    pub fields: Map<String, Value>,
    /// The timeline, in the order in which actions were appended.
    pub actions: Vec<Value>,
}

/// A lead with what only the Sync API and the page show of it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) lead: StoredLead,
    /// Milliseconds since 1970, as the two below.
    pub(crate) created_on: u64,
    pub(crate) modified_on: u64,
    /// How often it was updated.
    pub(crate) changes: u64,
    /// One for each of the lead's actions, in the same order.
    pub(crate) stamps: Vec<Stamp>,
}

/// The record that telecrm makes of an action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    pub(crate) id: u64,
    /// When it was appended, in milliseconds since 1970.
    pub(crate) on: u64,
}

/// All leads, in the order in which they were created.
#[derive(Debug, Default)]
pub(crate) struct Store {
    records: Vec<Record>,
    /// Index of a lead by its identifier in lower case.
    by_identifier: HashMap<String, usize>,
    /// Ids that were given to actions so far.
    action_ids: u64,
    /// Bytes that all leads own.
    bytes: usize,
}

/// How many bytes a new lead takes, with everything that it owns.
pub(crate) fn size_of_lead(
    identifier: &String,
    fields: &Map<String, Value>,
    actions: &Vec<Value>,
) -> usize {
    // The id, the identifier as a key, and room to grow in both tables.
    let fixed = 2 * (size_of::<Record>() + size_of::<(String, usize)>() + size_of::<usize>()) + 24;
    let stamps = actions.len() * size_of::<Stamp>();
    fixed + 2 * identifier.capacity() + size::of_map(fields) + size::of_values(actions) + stamps
}

/// 24 hexadecimal digits, as telecrm's ids are.
pub(crate) fn id(number: u64) -> String {
    format!("{number:024x}")
}

impl Store {
    /// Updates the lead of this identifier or creates it. Returns the identifier under which it
    /// is stored, and the values that an existing lead does not take.
    pub(crate) fn accept(
        &mut self,
        lead: AcceptedLead,
        schema: &Schema,
        now: u64,
    ) -> (String, Vec<Violation>) {
        let AcceptedLead { identifier, fields, actions, .. } = lead;
        let (at, locked) = match self.find(&identifier) {
            Some(at) => (at, self.update(at, fields, schema, now)),
            None => (self.create(identifier, fields, now), Vec::new()),
        };
        self.append(at, actions, now);
        (self.records[at].lead.identifier.clone(), locked)
    }

    /// The place of the lead with this identifier.
    pub(crate) fn find(&self, identifier: &str) -> Option<usize> {
        self.by_identifier.get(&identifier.to_lowercase()).copied()
    }

    /// The place of the lead with this id.
    pub(crate) fn find_by_id(&self, wanted: &str) -> Option<usize> {
        // Ids count from 1 in the order of creation.
        let number = u64::from_str_radix(wanted, 16).ok()?;
        let at = usize::try_from(number.checked_sub(1)?).ok()?;
        self.records.get(at).filter(|record| record.lead.id == wanted).map(|_| at)
    }

    /// A new lead without actions; answers its place.
    pub(crate) fn create(
        &mut self,
        identifier: String,
        fields: Map<String, Value>,
        now: u64,
    ) -> usize {
        let at = self.records.len();
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

    /// Merges fields into a lead. Returns the values of locked fields, which it does not take.
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
        let locked = merge(&mut record.lead, fields, schema);
        self.bytes = self.bytes - before + size::of_map(&record.lead.fields);
        locked
    }

    /// Appends actions to a lead's timeline; answers their ids.
    pub(crate) fn append(&mut self, at: usize, actions: Vec<Value>, now: u64) -> Vec<u64> {
        let record = &mut self.records[at];
        let first = self.action_ids + 1;
        for action in actions {
            // Both lists may have grown to twice of what they hold.
            let slots = 2 * (size_of::<Value>() + size_of::<Stamp>());
            self.bytes += slots + size::of_value(&action);
            self.action_ids += 1;
            record.modified_on = now;
            record.stamps.push(Stamp { id: self.action_ids, on: now });
            record.lead.actions.push(action);
        }
        (first..=self.action_ids).collect()
    }

    /// How many bytes all leads own.
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

fn merge(existing: &mut StoredLead, fields: Map<String, Value>, schema: &Schema) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (name, value) in fields {
        // The identifier found this lead, and never changes, not even its casing.
        if name == schema.identifier().api_name || existing.fields.get(&name) == Some(&value) {
            continue;
        }
        if schema.field(&name).is_some_and(|field| field.lock_after_create) {
            violations.push(locked(&name, &value, existing.fields.get(&name)));
            continue;
        }
        existing.fields.insert(name, value);
    }
    violations
}

fn locked(name: &str, sent: &Value, stored: Option<&Value>) -> Violation {
    let kept = stored.map_or_else(
        || "the lead without it".to_owned(),
        |stored| format!("the stored value {stored}"),
    );
    let rule = "the field is locked after the lead is created, and this lead exists already";
    Violation::of_value(format!("fields.{name}"), DropRule::Locked, sent, rule, &kept)
}
