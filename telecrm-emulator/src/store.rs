//! The leads, as background processing leaves them.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    code::Code,
    delivery::Drop,
    judge::{AcceptedLead, reason::Fault},
    rules::Rules,
};

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

/// All leads, in the order in which they were created.
#[derive(Debug, Default)]
pub(crate) struct Store {
    leads: Vec<StoredLead>,
    /// Index of a lead by its identifier in lower case.
    by_identifier: HashMap<String, usize>,
}

impl Store {
    /// Updates the lead of this identifier or creates it. Answers the identifier under which it
    /// is stored; what an existing lead does not take goes to `drops`.
    pub(crate) fn accept(
        &mut self,
        lead: AcceptedLead,
        rules: &Rules,
        drops: &mut Vec<Drop>,
    ) -> String {
        let key = lead.identifier.to_lowercase();
        let existing = self.by_identifier.get(&key).and_then(|at| self.leads.get_mut(*at));
        if let Some(existing) = existing {
            update(existing, lead, rules, drops);
            return existing.identifier.clone();
        }
        let identifier = lead.identifier.clone();
        self.by_identifier.insert(key, self.leads.len());
        self.leads.push(StoredLead {
            id: format!("{:024x}", self.leads.len() + 1),
            identifier: lead.identifier,
            fields: lead.fields,
            actions: lead.actions,
        });
        identifier
    }

    pub(crate) fn to_vec(&self) -> Vec<StoredLead> {
        self.leads.clone()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

fn update(existing: &mut StoredLead, lead: AcceptedLead, rules: &Rules, drops: &mut Vec<Drop>) {
    for (name, value) in lead.fields {
        // The identifier found this lead, and never changes, not even its casing.
        if name == rules.identifier || existing.fields.get(&name) == Some(&value) {
            continue;
        }
        if rules.fields.get(&name).is_some_and(|field| field.locked) {
            drops.push(locked(&name, &value, existing.fields.get(&name)));
            continue;
        }
        existing.fields.insert(name, value);
    }
    existing.actions.extend(lead.actions);
}

fn locked(name: &str, sent: &Value, stored: Option<&Value>) -> Drop {
    let kept = stored.map_or_else(
        || "the lead without it".to_owned(),
        |stored| format!("the stored value {stored}"),
    );
    let rule = "the field is locked after the lead is created, and this lead exists already";
    Fault::new(Code::Locked, sent, rule, &kept).at(format!("fields.{name}"))
}
