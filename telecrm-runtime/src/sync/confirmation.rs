//! Responses to confirmed writes: the stored parts, and telecrm's remarks about the others.

use std::fmt;

use serde_json::Value;

use super::document::Document;
use super::live::text;
use crate::error::Error;
use crate::transport::excerpt;

/// Created lead, from [`Client::create`](super::Client::create).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Created {
    /// telecrm's own id of the lead (`lead_id`).
    pub lead_id: String,
    /// The outcome of each action, in the order of the request.
    pub actions: Vec<ActionOutcome>,
    /// The parts of the lead that telecrm ignored, with its reasons.
    pub remarks: Vec<Remark>,
    /// Number of actions in the request.
    sent_actions: usize,
}

impl Created {
    /// Returns whether telecrm made no remark and created every action.
    ///
    /// telecrm creates an unknown label of a dropdown without a remark.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        is_complete(&self.actions, &self.remarks, self.sent_actions)
    }

    pub(super) fn read(document: Document, sent_actions: usize) -> Result<Self, Error> {
        let json = document.into_json();
        let lead_id = text(&json, "lead_id").filter(|id| !id.is_empty());
        let lead_id = lead_id.ok_or_else(|| Error::incomplete("its `lead_id` is not a text"))?;
        Ok(Self {
            lead_id: lead_id.to_owned(),
            actions: outcomes(&json)?,
            remarks: remarks(&json)?,
            sent_actions,
        })
    }
}

/// Appended actions, from [`Client::append_actions`](super::Client::append_actions).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Appended {
    /// The outcome of each action, in the order of the request.
    pub actions: Vec<ActionOutcome>,
    /// The parts of the actions that telecrm ignored, with its reasons.
    pub remarks: Vec<Remark>,
    /// Number of actions in the request.
    sent_actions: usize,
}

impl Appended {
    /// Returns whether telecrm made no remark and created every action.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        is_complete(&self.actions, &self.remarks, self.sent_actions)
    }

    pub(super) fn read(document: Document, sent_actions: usize) -> Result<Self, Error> {
        let json = document.into_json();
        Ok(Self { actions: outcomes(&json)?, remarks: remarks(&json)?, sent_actions })
    }
}

/// Outcome of one action of a confirmed write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionOutcome {
    action_id: Option<String>,
    is_created: bool,
}

impl ActionOutcome {
    /// Returns telecrm's id of the action, or `None` if telecrm ignored the action.
    #[must_use]
    pub fn action_id(&self) -> Option<&str> {
        self.action_id.as_deref()
    }

    /// Returns whether telecrm created the action (`"status":"CREATED"`).
    #[must_use]
    pub fn is_created(&self) -> bool {
        self.is_created
    }
}

/// telecrm's remark about a part of a lead that it ignored.
///
/// `Debug` and `Display` show only the path, because the text may repeat the value.
#[derive(Clone, PartialEq, Eq)]
pub struct Remark {
    path: String,
    text: String,
}

impl Remark {
    /// Returns the path in telecrm's form: `fields.rating`, `actions[1].fields.email`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns telecrm's words. They may repeat the value, so they may be personal data.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&excerpt(&self.path))
    }
}

impl fmt::Debug for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remark").field("path", &self.path).finish_non_exhaustive()
    }
}

fn is_complete(actions: &[ActionOutcome], remarks: &[Remark], sent_actions: usize) -> bool {
    let created = actions.iter().filter(|action| action.is_created).count();
    remarks.is_empty() && created == actions.len() && created >= sent_actions
}

/// Returns the outcomes; a response to a lead without actions may omit the list.
fn outcomes(json: &Value) -> Result<Vec<ActionOutcome>, Error> {
    let outcome = |action: &Value| ActionOutcome {
        action_id: text(action, "action_id").map(str::to_owned),
        is_created: text(action, "status") == Some("CREATED"),
    };
    let actions = list(json, "actions", "its `actions` is not a list")?;
    Ok(actions.iter().map(outcome).collect())
}

/// Returns the remarks. A remark in another form counts too, with an empty path.
fn remarks(json: &Value) -> Result<Vec<Remark>, Error> {
    let member = |remark: &Value, key| text(remark, key).unwrap_or_default().to_owned();
    let remark =
        |remark: &Value| Remark { path: member(remark, "field"), text: member(remark, "remark") };
    Ok(list(json, "remarks", "its `remarks` is not a list")?.iter().map(remark).collect())
}

fn list<'j>(json: &'j Value, key: &str, rule: &str) -> Result<&'j [Value], Error> {
    match json.get(key) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(Error::incomplete(rule)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn created(json: Value, sent_actions: usize) -> Result<Created, Error> {
        Created::read(Document::new(json.to_string(), json), sent_actions)
    }

    #[test]
    fn point_1_created_lead_is_complete_without_remarks_and_with_every_action() {
        let action = json!({ "action_id": "a1", "status": "CREATED" });
        let ignored = json!({ "action_id": null, "status": "IGNORED" });
        let whole = created(json!({ "lead_id": "1", "actions": [action], "remarks": [] }), 1);
        let whole = whole.unwrap();
        assert!(whole.is_complete());
        assert_eq!(
            (whole.actions[0].action_id(), whole.actions[0].is_created()),
            (Some("a1"), true)
        );
        assert!(created(json!({ "lead_id": "1" }), 0).unwrap().is_complete());
        let remark =
            json!({ "field": "fields.rating", "status": "IGNORED", "remark": "9 is too high" });
        for (json, sent_actions) in [
            (json!({ "lead_id": "1" }), 1),
            (json!({ "lead_id": "1", "actions": [action, ignored] }), 2),
            (json!({ "lead_id": "1", "remarks": [remark] }), 0),
            (json!({ "lead_id": "1", "remarks": [5] }), 0),
        ] {
            assert!(!created(json.clone(), sent_actions).unwrap().is_complete(), "{json}");
        }
        for bad in [
            json!({ "lead_id": "" }),
            json!({ "lead_id": 1 }),
            json!({ "lead_id": "1", "actions": {} }),
            json!({ "lead_id": "1", "remarks": "none" }),
        ] {
            let error = created(bad, 0).unwrap_err();
            assert!(error.is_ambiguous(), "{error}");
        }
    }

    #[test]
    fn point_1_remark_shows_its_path_and_not_its_text() {
        let json = json!({ "lead_id": "1", "remarks": [
            { "field": "actions[1].fields.email", "remark": "jane@x is not valid" },
            { "field": "a\u{202e}b" },
        ] });
        let created = created(json, 0).unwrap();
        let remark = &created.remarks[0];
        assert_eq!(
            (remark.path(), remark.text()),
            ("actions[1].fields.email", "jane@x is not valid")
        );
        assert_eq!(remark.to_string(), "actions[1].fields.email");
        assert!(!format!("{created:?}").contains("jane"));
        assert_eq!(created.remarks[1].to_string(), r"a\u{202e}b");
    }
}
