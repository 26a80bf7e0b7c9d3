//! Prepared leads: the request body and the data that delivery and storage need.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde_core::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_core::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::body::encode;
use crate::field_info::FieldType;
use crate::lead::Lead;
use crate::wire::Value;
use crate::workspace::Workspace;

/// The JSON body of a lead, with the key that identifies the lead.
///
/// A prepared lead is encoded from a generated lead ([`new`]) or read from a stored body ([`from_json`]),
/// so that an application can store a lead and send it later. The type does not need the feature `client`.
/// Its `Debug` output contains no personal data.
///
/// ```
/// use telecrm_runtime::{PreparedLead, phone};
/// # // A program has `telecrm_runtime::include_workspace!()` here.
/// # mod crm {
/// #     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/mod.rs"));
/// #     pub(crate) type Lead = TestLead;
/// # }
///
/// let lead = PreparedLead::new(&crm::Lead::new(phone!("919999999999")));
/// let stored = (lead.enterprise_id(), lead.lead_key(), lead.body());
///
/// let (enterprise, key, body) = stored;
/// let read = PreparedLead::from_json(enterprise, key, body)?;
/// assert_eq!(read.body(), r#"{"fields":{"phone":"919999999999"}}"#);
/// # Ok::<(), telecrm_runtime::InvalidLeadBody>(())
/// ```
///
/// [`new`]: Self::new
/// [`from_json`]: Self::from_json
#[derive(Clone)]
pub struct PreparedLead {
    enterprise: Option<Cow<'static, str>>,
    /// `None` for a stored body.
    workspace: Option<&'static Workspace>,
    lead_key: String,
    body: String,
    action_types: Vec<Cow<'static, str>>,
}

/// The error for a stored body that is not the JSON of a lead. It does not contain the body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is not a telecrm lead: {rule}")]
pub struct InvalidLeadBody {
    rule: String,
}

impl PreparedLead {
    /// Encodes a lead.
    #[must_use]
    pub fn new(lead: &(impl Lead + ?Sized)) -> Self {
        Self::of(&lead)
    }

    pub(crate) fn of(lead: &dyn Lead) -> Self {
        let actions = (0..).map_while(|index| lead.action_at(index));
        Self {
            enterprise: lead.own_workspace().enterprise_id().map(Cow::Borrowed),
            workspace: Some(lead.own_workspace()),
            lead_key: lead_key(lead),
            body: encode(lead),
            action_types: actions.map(|action| Cow::Borrowed(action.code())).collect(),
        }
    }

    /// Reads a stored body: `{"fields":{…}}`, optionally with `actions`.
    ///
    /// `enterprise` and `lead_key` are the enterprise id and the key of the stored lead.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidLeadBody`] if the text is not JSON, `fields` is not an object, an action has no
    /// `type`, or the body has any other key, which telecrm silently drops (D29).
    pub fn from_json(
        enterprise: Option<&str>,
        lead_key: &str,
        body: &str,
    ) -> Result<Self, InvalidLeadBody> {
        let mut parts = Parts::read(serde_json::Deserializer::from_str(body))?;
        let action_types = match parts.actions {
            None => Vec::new(),
            Some(actions) => action_types(actions.get())?,
        };
        if action_types.is_empty() {
            parts.actions = None;
        }
        Ok(Self {
            enterprise: enterprise.map(|id| Cow::Owned(id.to_owned())),
            workspace: None,
            lead_key: lead_key.to_owned(),
            body: parts.to_json(),
            action_types,
        })
    }

    /// Returns the enterprise id of the lead's schema, if the schema contains it.
    #[must_use]
    pub fn enterprise_id(&self) -> Option<&str> {
        self.enterprise.as_deref()
    }

    /// Returns the API name of the field that identifies the lead, or `None` for a stored body.
    #[must_use]
    pub fn identifier(&self) -> Option<&'static str> {
        self.workspace.map(Workspace::identifier)
    }

    #[cfg(feature = "sync")]
    pub(crate) fn workspace(&self) -> Option<&'static Workspace> {
        self.workspace
    }

    /// Returns the normalised identifier: a phone without `+`, any other value in lower case.
    ///
    /// If the keys of two leads are equal, telecrm stores them as one lead. A phone without its country
    /// code and the same phone with it have different keys, because the workspace's settings determine the
    /// code that telecrm adds.
    #[must_use]
    pub fn lead_key(&self) -> &str {
        &self.lead_key
    }

    /// Returns the exact JSON that the client sends: `{"fields":{…},"actions":[…]}`.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Returns copies of the enterprise id, the lead key and the body: the parts that a program stores, and
    /// that [`from_json`](Self::from_json) reads.
    #[must_use]
    pub fn to_parameters(&self) -> (Option<String>, String, String) {
        (self.enterprise_id().map(str::to_owned), self.lead_key.clone(), self.body.clone())
    }

    /// Returns whether the lead has actions.
    ///
    /// telecrm appends the actions each time it receives the lead.
    #[must_use]
    pub fn has_actions(&self) -> bool {
        !self.action_types.is_empty()
    }

    /// Returns the types of the actions in order: `ACTION_1001`, `PAYMENT`.
    pub fn action_types(&self) -> impl ExactSizeIterator<Item = &str> {
        self.action_types.iter().map(AsRef::as_ref)
    }

    /// Returns the lead without its actions. Sending this lead again does not duplicate data.
    #[must_use]
    pub fn without_actions(&self) -> Self {
        Self { body: fields_alone(self.body.as_bytes()), action_types: Vec::new(), ..self.clone() }
    }

    /// The same lead with its actions, and of its fields only the identifier; `None` if the lead has no
    /// actions, or no field contains the identifier.
    ///
    /// A stored body does not name its identifier field, so every field that equals the
    /// [`lead_key`](Self::lead_key) stays.
    #[must_use]
    pub fn actions_only(&self) -> Option<Self> {
        let Parts { fields, actions } =
            Parts::read(serde_json::Deserializer::from_str(&self.body)).ok()?;
        let fields: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(fields.get()).ok()?;
        let is_identifier = |value: &RawValue| {
            let text = serde_json::from_str::<Cow<'_, str>>(value.get()).unwrap_or_default();
            text.trim_start_matches('+') == self.lead_key
                || text.to_lowercase() == self.lead_key
                || text.trim().to_lowercase() == self.lead_key
        };
        let identifier: BTreeMap<_, _> =
            fields.into_iter().filter(|(_, value)| is_identifier(value)).collect();
        if identifier.is_empty() || !self.has_actions() {
            return None;
        }
        let fields = serde_json::value::to_raw_value(&identifier).ok()?;
        let body = Parts { fields: &fields, actions }.to_json();
        Some(Self { body, ..self.clone() })
    }

    #[cfg(feature = "client")]
    pub(crate) fn into_parts(self) -> (String, Vec<Cow<'static, str>>) {
        (self.body, self.action_types)
    }
}

impl fmt::Debug for PreparedLead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedLead")
            .field("enterprise", &self.enterprise)
            .field("identifier", &self.identifier())
            .field("bytes", &self.body.len())
            .field("action_types", &self.action_types)
            .finish_non_exhaustive()
    }
}

/// Returns the normalised value of the identifier field.
fn lead_key(lead: &dyn Lead) -> String {
    let workspace = lead.own_workspace();
    let mut key = String::new();
    lead.as_slots().each_value(&mut |api_name, value| {
        if let Value::Text(text) = value
            && api_name == workspace.identifier()
        {
            key = normalized_key(workspace, text);
        }
    });
    key
}

fn normalized_key(workspace: &Workspace, text: &str) -> String {
    let identifier = workspace.identifier();
    let field = workspace.field(identifier);
    match field.map(|field| field.field_type()) {
        Some(FieldType::Phone) => text.trim_start_matches('+').to_owned(),
        Some(FieldType::Email) => text.trim().to_lowercase(),
        _ => text.to_lowercase(),
    }
}

/// The two members of a body, as unparsed JSON.
struct Parts<'a> {
    fields: &'a RawValue,
    actions: Option<&'a RawValue>,
}

impl<'de> Parts<'de> {
    fn read<R: serde_json::de::Read<'de>>(
        mut json: serde_json::Deserializer<R>,
    ) -> Result<Self, InvalidLeadBody> {
        let parts = json.deserialize_map(PartsVisitor).map_err(|error| invalid(&error))?;
        json.end().map_err(|error| invalid(&error))?;
        Ok(parts)
    }

    fn to_json(&self) -> String {
        // Writing to memory does not fail. telecrm rejects an empty body.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_map(None)?;
        body.serialize_entry("fields", self.fields)?;
        if let Some(actions) = self.actions {
            body.serialize_entry("actions", actions)?;
        }
        body.end()
    }
}

/// Removes the actions of a body that this crate wrote.
pub(crate) fn fields_alone(body: &[u8]) -> String {
    let parts = Parts::read(serde_json::Deserializer::from_slice(body));
    parts.map(|parts| Parts { actions: None, ..parts }.to_json()).unwrap_or_default()
}

/// Returns the broken rule of this file, or only the position of another error.
///
/// The message of a JSON parser may contain a value of the body.
fn invalid(error: &serde_json::Error) -> InvalidLeadBody {
    let text = error.to_string();
    let rules = [FIELDS_OBJECT, REPEATED_KEY, OTHER_KEY, NO_FIELDS].into_iter();
    let rule = rules.filter(|rule| text.starts_with(rule)).map(str::to_owned).next();
    let position =
        || format!("it is not a JSON object (line {}, column {})", error.line(), error.column());
    InvalidLeadBody { rule: rule.unwrap_or_else(position) }
}

const FIELDS_OBJECT: &str = "`fields` is not an object";
const REPEATED_KEY: &str = "it has a duplicate key";
const OTHER_KEY: &str =
    "it has a key other than `fields` and `actions`, which telecrm silently drops";
const NO_FIELDS: &str = "it has no `fields`";
const ACTIONS: &str = "`actions` is not a list of objects with a `type`";

struct PartsVisitor;

impl<'de> Visitor<'de> for PartsVisitor {
    type Value = Parts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of a lead")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parts<'de>, A::Error> {
        let (mut fields, mut actions) = (None, None);
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            let part = match key.as_ref() {
                "fields" => &mut fields,
                "actions" => &mut actions,
                _ => return Err(A::Error::custom(OTHER_KEY)),
            };
            if part.replace(map.next_value::<&RawValue>()?).is_some() {
                return Err(A::Error::custom(REPEATED_KEY));
            }
        }
        let fields = fields.ok_or_else(|| A::Error::custom(NO_FIELDS))?;
        if !fields.get().starts_with('{') {
            return Err(A::Error::custom(FIELDS_OBJECT));
        }
        Ok(Parts { fields, actions: actions.filter(|actions| actions.get() != "null") })
    }
}

fn action_types(actions: &str) -> Result<Vec<Cow<'static, str>>, InvalidLeadBody> {
    let refused = || InvalidLeadBody { rule: ACTIONS.to_owned() };
    let serde_json::Value::Array(actions) =
        serde_json::from_str(actions).map_err(|error| invalid(&error))?
    else {
        return Err(refused());
    };
    let types = actions.into_iter().map(|mut action| {
        match action.get_mut("type").map(serde_json::Value::take) {
            Some(serde_json::Value::String(text)) => Ok(Cow::Owned(text)),
            _ => Err(refused()),
        }
    });
    types.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_body_is_read_and_can_be_sent_without_actions() {
        let body = r#"{"fields":{"phone":"919999999999","n":1.0},"actions":[{"type":"ACTION_1","fields":{}},{"type":"PAYMENT"}]}"#;
        let lead = PreparedLead::from_json(Some("acme"), "919999999999", body).unwrap();
        assert_eq!(lead.body(), body);
        assert_eq!((lead.enterprise_id(), lead.lead_key()), (Some("acme"), "919999999999"));
        assert!(lead.has_actions() && lead.action_types().eq(["ACTION_1", "PAYMENT"]));
        let fields_only = lead.without_actions();
        assert_eq!(fields_only.body(), r#"{"fields":{"phone":"919999999999","n":1.0}}"#);
        assert!(!fields_only.has_actions());
        let debug = format!("{lead:?}");
        assert!(!debug.contains("9199") && debug.contains("PAYMENT"), "{debug}");
        // The parts keep their bytes if the JSON has another layout.
        let spaced = "{ \"actions\" : [] , \"fields\" : { \"a\" : 1 } }\n";
        let lead = PreparedLead::from_json(None, "a", spaced).unwrap();
        assert_eq!(lead.body(), r#"{"fields":{ "a" : 1 }}"#);
        assert_eq!(lead.body(), lead.without_actions().body());
    }

    #[test]
    fn d45_a_body_of_the_identifier_and_the_actions_keeps_their_bytes() {
        let key = "919999999999";
        let actions_only = |fields: &str, actions: &str| {
            let body = format!(r#"{{"fields":{fields}{actions}}}"#);
            let lead = PreparedLead::from_json(Some("acme"), key, &body).unwrap();
            lead.actions_only().map(|lead| lead.body().to_owned())
        };
        let actions = r#","actions":[{"type":"ACTION_1","fields":{"n":1.0}}]"#;
        let fields = r#"{"name":"Jane","phone":"+919999999999","n":1.0}"#;
        let expected = format!(r#"{{"fields":{{"phone":"+919999999999"}}{actions}}}"#);
        assert_eq!(actions_only(fields, actions), Some(expected));
        assert_eq!(actions_only(fields, ""), None);
        assert_eq!(actions_only(r#"{"name":"Jane"}"#, actions), None);
        // Which of two equal values is the identifier is not known.
        let fields = r#"{"phone":"919999999999","whatsapp":"919999999999","n":1}"#;
        let equal = r#"{"fields":{"phone":"919999999999","whatsapp":"919999999999"}"#;
        assert_eq!(actions_only(fields, actions), Some(format!("{equal}{actions}}}")));
        let body = format!(r#"{{"fields":{{"e":"A@B.in","n":1}}{actions}}}"#);
        let lead = PreparedLead::from_json(None, "a@b.in", &body).unwrap().actions_only().unwrap();
        assert_eq!(lead.without_actions().body(), r#"{"fields":{"e":"A@B.in"}}"#);
        assert!(lead.has_actions());
    }

    #[test]
    fn d29_body_that_is_not_a_lead_is_an_error_without_the_body() {
        for (body, rule) in [
            ("", "not a JSON object"),
            ("[]", "not a JSON object"),
            (r#"{"fields":{"a":"s3cret"}"#, "not a JSON object"),
            (r#"{"fields":{}} s3cret"#, "not a JSON object"),
            (r#"{"fields":["s3cret"]}"#, FIELDS_OBJECT),
            (r#"{"fields":{},"fields":{}}"#, REPEATED_KEY),
            (r#"{"fields":{},"s3cret":1}"#, OTHER_KEY),
            ("{}", NO_FIELDS),
            (r#"{"fields":{},"actions":{}}"#, ACTIONS),
            (r#"{"fields":{},"actions":["s3cret"]}"#, ACTIONS),
            (r#"{"fields":{},"actions":[{"type":1}]}"#, ACTIONS),
        ] {
            let error = PreparedLead::from_json(None, "key", body).expect_err(body).to_string();
            assert!(error.contains(rule) && !error.contains("s3cret"), "{body}: {error}");
        }
    }
}
