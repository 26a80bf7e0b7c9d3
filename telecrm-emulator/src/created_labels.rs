//! Labels that telecrm created because a stored value contained them (D06, D08).

use std::{collections::BTreeMap, mem::size_of};

use serde_json::{Map, Value};
use telecrm_schema::{Field, Schema};

/// Labels in the order of their creation, by action and field.
///
/// An option stays in telecrm even if no lead has its label anymore.
#[derive(Debug, Default)]
pub(crate) struct CreatedLabels {
    /// The code of the action is empty for a field of the lead.
    labels: BTreeMap<(String, String), Vec<String>>,
}

impl CreatedLabels {
    /// Adds the unknown labels in the fields of a lead, and returns their memory in bytes.
    pub(crate) fn add_from_lead(&mut self, schema: &Schema, fields: &Map<String, Value>) -> usize {
        let values = fields.iter();
        values
            .filter_map(|(name, value)| Some((schema.field(name)?, value)))
            .map(|(field, value)| self.add("", field, value))
            .sum()
    }

    /// Adds the unknown labels in the fields of an action, and returns their memory in bytes.
    pub(crate) fn add_from_action(&mut self, schema: &Schema, action: &Value) -> usize {
        let code = action.get("type").and_then(Value::as_str).unwrap_or_default();
        let Some(declared) = schema.action(code) else { return 0 };
        let values = action.get("fields").and_then(Value::as_object).into_iter().flatten();
        values
            .filter_map(|(name, value)| {
                Some((declared.fields.iter().find(|field| field.api_name == *name)?, value))
            })
            .map(|(field, value)| self.add(code, field, value))
            .sum()
    }

    fn add(&mut self, action: &str, field: &Field, value: &Value) -> usize {
        let Some(options) = field.options() else { return 0 };
        let labels = match value {
            Value::Array(items) => &items[..],
            single => std::slice::from_ref(single),
        };
        let mut bytes = 0;
        for label in labels.iter().filter_map(Value::as_str) {
            if options.labels.iter().any(|known| known.text == label) {
                continue;
            }
            let place = (action.to_owned(), field.api_name.clone());
            let created = self.labels.entry(place).or_default();
            if !created.iter().any(|known| known == label) {
                // The capacity of the list may be twice its length.
                bytes += 2 * size_of::<String>() + label.len();
                created.push(label.to_owned());
            }
        }
        bytes
    }

    /// Returns the created labels of a field; `action` is empty for a field of the lead.
    pub(crate) fn of_field(&self, action: &str, field: &str) -> &[String] {
        let place = (action.to_owned(), field.to_owned());
        self.labels.get(&place).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unknown_labels_are_added_once_and_known_labels_are_not() {
        let yaml = "customFields:
  - { apiName: phone, type: PHONE, isLeadid: true }
  - { apiName: source, type: DROPDOWN, options: [Web] }
  - { apiName: interests, type: TAGS, options: [VIP] }
customActions:
  - { code: ACTION_1, fieldSchema: { outcome: { type: DROPDOWN, options: [Good] } } }
";
        let schema = Schema::from_yaml(yaml).expect("a valid schema");
        let mut created = CreatedLabels::default();
        let lead = json!({ "source": "web", "interests": ["VIP", "a", "a"], "phone": "9" });
        let fields = lead.as_object().expect("an object");
        assert!(created.add_from_lead(&schema, fields) > 0);
        assert_eq!(created.add_from_lead(&schema, fields), 0);
        let action = json!({ "type": "ACTION_1", "fields": { "outcome": "Bad" } });
        assert!(created.add_from_action(&schema, &action) > 0);
        assert_eq!(created.of_field("", "source"), ["web"]);
        assert_eq!(created.of_field("", "interests"), ["a"]);
        assert_eq!(created.of_field("ACTION_1", "outcome"), ["Bad"]);
        assert_eq!(created.of_field("", "phone"), [""; 0]);
    }
}
