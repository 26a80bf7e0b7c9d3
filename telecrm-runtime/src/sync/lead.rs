//! Stored leads.

use std::fmt;

use serde_json::{Map, Value};

use super::document::Document;
use crate::error::Error;
use crate::lead::GeneratedLead;
use crate::reading::{Misfit, read_stored};

/// Stored lead, as returned by the Sync API.
///
/// `Debug` shows the names of the fields, but no values.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Lead {
    /// telecrm's own id: `_id` or `id` of the response (inferred), or the id of the request.
    pub id: Option<String>,
    /// The values by API name.
    pub fields: Map<String, Value>,
    /// A page of the lead's actions as received; empty if the request did not include actions.
    pub actions: Vec<Value>,
    /// The other keys of the response, such as `status` and `created_on` (inferred).
    pub other: Map<String, Value>,
}

impl Lead {
    /// Reads the response of `GET /lead/{leadId}`, which has no id.
    pub(super) fn with_id(lead_id: &str, document: Document) -> Result<Self, Error> {
        let mut lead = Self::read(document.into_json())?;
        lead.id.get_or_insert_with(|| lead_id.to_owned());
        Ok(lead)
    }

    /// Reads the stored fields and actions into the generated types.
    ///
    /// A stored lead can contain values that the types cannot represent: an archived status, a
    /// label outside the list, a field that the schema does not have, or an action that telecrm
    /// itself wrote. Each such value is a [`Misfit`] with its path and reason, and the typed field is
    /// unset; [`fields`](Self::fields) and [`actions`](Self::actions) have the value.
    ///
    /// A typed action contains its fields. telecrm's own keys of a stored action, such as `action_id` and
    /// `created_on`, are only in [`actions`](Self::actions). Clear the actions of the typed lead before you
    /// send it: telecrm would append them again.
    ///
    /// ```no_run
    /// # fn show<L: telecrm_runtime::GeneratedLead>(stored: &telecrm_runtime::sync::Lead)
    /// # -> Result<(), telecrm_runtime::Error> {
    /// let typed = stored.typed::<L>()?;       // `typed::<crm::Lead>()`
    /// let _: &L = &typed.lead;                // its fields, and `lead.actions`
    /// for misfit in &typed.misfits {
    ///     eprintln!("{misfit}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Error::UnexpectedResponse`] if the field that identifies the lead is missing or
    /// not valid.
    pub fn typed<L: GeneratedLead>(&self) -> Result<Typed<L>, Error> {
        match read_stored(&self.fields, &self.actions) {
            Ok((lead, misfits)) => Ok(Typed { lead, misfits }),
            Err(misfit) => Err(Error::incomplete(&format!("a lead is not valid: {misfit}"))),
        }
    }

    pub(crate) fn read(json: Value) -> Result<Self, Error> {
        let Value::Object(mut other) = json else {
            return Err(Error::incomplete("a lead is not an object"));
        };
        let Some(Value::Object(mut fields)) = other.remove("fields") else {
            return Err(Error::incomplete("a lead has no `fields`"));
        };
        // Public code finds the status and the rating next to `fields`, and null inside.
        for (api_name, value) in fields.iter_mut().filter(|(_, value)| value.is_null()) {
            if let Some(outside) = other.get(api_name) {
                value.clone_from(outside);
            }
        }
        let actions = match other.remove("actions") {
            Some(Value::Array(actions)) => actions,
            None | Some(Value::Null) => Vec::new(),
            Some(_) => return Err(Error::incomplete("the actions of a lead are not a list")),
        };
        let id = ["_id", "id"].iter().find_map(|key| other.get(*key)?.as_str().map(str::to_owned));
        Ok(Self { id, fields, actions, other })
    }
}

/// Stored lead in generated types, from [`Lead::typed`].
///
/// `Debug` shows the values of the lead.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed<L> {
    /// The lead, with the values and the actions that the types can represent.
    pub lead: L,
    /// The values that the types cannot represent.
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
    fn point_3_value_next_to_null_in_fields_is_read() {
        let lead = Lead::read(json!({
            "fields": { "status": null, "rating": null, "name": null, "source": "Web" },
            "status": "Fresh", "rating": 4, "source": "outside", "id": "1",
        }))
        .unwrap();
        let fields = json!({ "status": "Fresh", "rating": 4, "name": null, "source": "Web" });
        assert_eq!(Value::Object(lead.fields), fields);
        assert_eq!(lead.other["status"], "Fresh");
    }

    #[test]
    fn lead_is_read_with_either_id_and_its_debug_output_has_no_values() {
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
