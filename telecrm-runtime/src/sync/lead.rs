//! Leads as telecrm stores them.

use std::fmt;

use serde_json::{Map, Value};

use super::document::Document;
use crate::error::Error;
use crate::lead::GeneratedLead;
use crate::reading::{Misfit, read_fields};

/// A lead as the Sync API returns it. Its `Debug` shows the names of its fields and none of their
/// values.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Lead {
    /// telecrm's own id: `_id` or `id` of the answer (inferred), or the one of the request.
    pub id: Option<String>,
    /// The values by API name.
    pub fields: Map<String, Value>,
    /// A page of its actions as received; empty where they were not requested.
    pub actions: Vec<Value>,
    /// The other keys of the response, such as `status` and `created_on` (inferred).
    pub other: Map<String, Value>,
}

impl Lead {
    /// Of `GET /lead/{leadId}`, whose answer has no id.
    pub(super) fn with_id(lead_id: &str, document: Document) -> Result<Self, Error> {
        let mut lead = Self::read(document.into_json())?;
        lead.id.get_or_insert_with(|| lead_id.to_owned());
        Ok(lead)
    }

    /// Reads the stored fields into the generated types.
    ///
    /// A stored lead may hold what the types cannot: an archived status, a label from outside the
    /// list, a field that the schema does not have. Each is a [`Misfit`] with its path and reason, and
    /// the typed field stays unset; the value itself is in [`fields`](Self::fields). The typed lead has
    /// no actions: those that were read are in [`actions`](Self::actions).
    ///
    /// ```no_run
    /// # fn show<L: telecrm_runtime::GeneratedLead>(stored: &telecrm_runtime::sync::Lead)
    /// # -> Result<(), telecrm_runtime::Error> {
    /// let typed = stored.typed::<L>()?;       // `typed::<crm::Lead>()`
    /// for misfit in &typed.misfits {
    ///     eprintln!("{misfit}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::UnexpectedResponse`] where the field that identifies the lead is missing or does not
    /// fit its type.
    pub fn typed<L: GeneratedLead>(&self) -> Result<Typed<L>, Error> {
        match read_fields(&self.fields) {
            Ok((lead, misfits)) => Ok(Typed { lead, misfits }),
            Err(misfit) => Err(Error::incomplete(&format!("a lead in it: {misfit}"))),
        }
    }

    pub(crate) fn read(json: Value) -> Result<Self, Error> {
        let Value::Object(mut other) = json else {
            return Err(Error::incomplete("a lead in it is not an object"));
        };
        let Some(Value::Object(fields)) = other.remove("fields") else {
            return Err(Error::incomplete("a lead in it has no `fields`"));
        };
        let actions = match other.remove("actions") {
            Some(Value::Array(actions)) => actions,
            None | Some(Value::Null) => Vec::new(),
            Some(_) => return Err(Error::incomplete("the actions of a lead in it are not a list")),
        };
        let id = ["_id", "id"].iter().find_map(|key| other.get(*key)?.as_str().map(str::to_owned));
        Ok(Self { id, fields, actions, other })
    }
}

/// A stored lead in generated types, from [`Lead::typed`].
///
/// Its `Debug` shows the values of the lead.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed<L> {
    /// The values that the types can hold.
    pub lead: L,
    /// The parts that they cannot.
    pub misfits: Vec<Misfit>,
}

impl fmt::Debug for Lead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lead")
            .field("id", &self.id)
            .field("fields", &self.fields.keys().collect::<Vec<_>>())
            .field("actions", &self.actions.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_lead_is_read_with_either_id_and_shows_nobody() {
        let lead = Lead::read(json!({
            "_id": "1", "id": "2", "fields": { "name": "Jane" }, "actions": [{ "type": "1001" }],
            "status": "Fresh",
        }))
        .unwrap();
        assert_eq!(lead.id.as_deref(), Some("1"));
        assert_eq!((lead.fields["name"].as_str(), lead.actions.len()), (Some("Jane"), 1));
        assert_eq!(lead.other["status"], "Fresh");
        let debug = format!("{lead:?}");
        assert!(debug.contains("name") && !debug.contains("Jane"), "{debug}");
        assert_eq!(
            Lead::read(json!({ "id": "2", "fields": {} })).unwrap().id.as_deref(),
            Some("2")
        );
        assert_eq!(Lead::read(json!({ "fields": {}, "actions": null })).unwrap().id, None);
        for bad in
            [json!(1), json!({}), json!({ "fields": [] }), json!({ "fields": {}, "actions": 1 })]
        {
            assert!(matches!(Lead::read(bad), Err(Error::UnexpectedResponse { .. })));
        }
    }
}
