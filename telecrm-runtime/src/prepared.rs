//! Prepared leads: the request body with what delivery and storage need to know of it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde_core::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::body::Encoded;
use crate::field::{FieldSink, FieldWriter, Value};
use crate::field_info::FieldType;
use crate::lead::Lead;
use crate::workspace::Workspace;

/// A lead as it is sent: its JSON body and its key.
///
/// Made from a generated lead, or from JSON text that was stored earlier ([`from_json`]), so that a
/// lead can be kept and sent later. Needs no HTTP client (feature `client`). Its `Debug` shows no
/// personal data.
///
/// [`from_json`]: Self::from_json
#[derive(Clone)]
pub struct PreparedLead {
    enterprise: Option<Cow<'static, str>>,
    /// `None` for a stored body.
    workspace: Option<&'static Workspace>,
    lead_key: String,
    body: String,
    /// `body[..fields_end]` and a `}` are the body without actions.
    fields_end: usize,
    action_types: Vec<Cow<'static, str>>,
}

/// A stored body is not the JSON of a lead. The text does not repeat the body.
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
        let Encoded { json, fields_end } = Encoded::of(lead);
        let actions = (0..).map_while(|index| lead.action_at(index));
        Self {
            enterprise: lead.workspace().enterprise_id().map(Cow::Borrowed),
            workspace: Some(lead.workspace()),
            lead_key: lead_key(lead),
            body: json,
            fields_end,
            action_types: actions.map(|action| Cow::Borrowed(action.code())).collect(),
        }
    }

    /// Reads a stored body back: `{"fields":{…}}`, with `actions` where there are any.
    ///
    /// `enterprise` and `lead_key` are those of the lead that was stored.
    ///
    /// # Errors
    ///
    /// [`InvalidLeadBody`] where the text is not JSON, `fields` is not an object, an action has no
    /// `type`, or there is any other key: telecrm silently drops what stands beside the two (D29).
    pub fn from_json(
        enterprise: Option<&str>,
        lead_key: &str,
        body: &str,
    ) -> Result<Self, InvalidLeadBody> {
        let parts = serde_json::Deserializer::from_str(body);
        let Parts { fields, actions } = read_parts(parts)?;
        let mut body = format!("{{\"fields\":{fields}");
        let fields_end = body.len();
        let action_types = match actions {
            None => Vec::new(),
            Some(actions) => {
                let types = action_types(actions.get())?;
                if !types.is_empty() {
                    body.push_str(",\"actions\":");
                    body.push_str(actions.get());
                }
                types
            }
        };
        body.push('}');
        Ok(Self {
            enterprise: enterprise.map(|id| Cow::Owned(id.to_owned())),
            workspace: None,
            lead_key: lead_key.to_owned(),
            body,
            fields_end,
            action_types,
        })
    }

    /// The enterprise id of the lead's schema, where it names one.
    #[must_use]
    pub fn enterprise_id(&self) -> Option<&str> {
        self.enterprise.as_deref()
    }

    /// The API name of the field that identifies the lead; `None` for a stored body.
    #[must_use]
    pub fn identifier(&self) -> Option<&'static str> {
        self.workspace.map(Workspace::identifier)
    }

    #[cfg(feature = "sync")]
    pub(crate) fn workspace(&self) -> Option<&'static Workspace> {
        self.workspace
    }

    /// The normalised identifier, equal for two leads that telecrm certainly takes for one: a phone
    /// without `+`, anything else in lower case.
    ///
    /// A phone without its country code has a key of its own: which code telecrm adds is a setting
    /// of the workspace.
    #[must_use]
    pub fn lead_key(&self) -> &str {
        &self.lead_key
    }

    /// The exact JSON that is sent: `{"fields":{…},"actions":[…]}`.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Enterprise id, lead key and body: the parameters of the statements that store a lead.
    #[doc(hidden)]
    #[must_use]
    pub fn to_parameters(&self) -> (Option<String>, String, String) {
        (self.enterprise_id().map(str::to_owned), self.lead_key.clone(), self.body.clone())
    }

    /// Whether the lead has actions, which telecrm appends again each time it receives them.
    #[must_use]
    pub fn has_actions(&self) -> bool {
        !self.action_types.is_empty()
    }

    /// The types of the actions in their order: `ACTION_1001`, `PAYMENT`.
    pub fn action_types(&self) -> impl ExactSizeIterator<Item = &str> {
        self.action_types.iter().map(AsRef::as_ref)
    }

    /// The same lead without its actions: what can be sent again without harm.
    #[must_use]
    pub fn without_actions(&self) -> Self {
        Self { body: self.fields_alone(), action_types: Vec::new(), ..self.clone() }
    }

    /// The same lead with its actions, and of its fields only the identifier; `None` if the lead has no
    /// actions, or no field contains the identifier.
    ///
    /// A stored body does not name its identifier field, so every field that equals the
    /// [`lead_key`](Self::lead_key) stays.
    #[must_use]
    pub fn actions_only(&self) -> Option<Self> {
        let Parts { fields, actions } =
            read_parts(serde_json::Deserializer::from_str(&self.body)).ok()?;
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
        let mut body = format!("{{\"fields\":{}", serde_json::to_string(&identifier).ok()?);
        let fields_end = body.len();
        body = format!("{body},\"actions\":{}}}", actions?.get());
        Some(Self { body, fields_end, ..self.clone() })
    }

    /// The body without actions.
    pub(crate) fn fields_alone(&self) -> String {
        [self.body.get(..self.fields_end).unwrap_or_default(), "}"].concat()
    }

    #[cfg(feature = "client")]
    pub(crate) fn into_parts(self) -> (String, usize, Vec<Cow<'static, str>>) {
        (self.body, self.fields_end, self.action_types)
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

/// The value of the identifier field, normalised by its type.
fn lead_key(lead: &dyn Lead) -> String {
    let workspace = lead.workspace();
    let mut sink = OneField { api_name: workspace.identifier(), text: String::new() };
    FieldWriter::new(&mut sink).fields(lead.as_slots());
    normalized_key(workspace, &sink.text)
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

/// Keeps the text of one field.
struct OneField {
    api_name: &'static str,
    text: String,
}

impl FieldSink for OneField {
    fn field(&mut self, api_name: &'static str, value: Value<'_>) {
        if let Value::Text(text) = value
            && api_name == self.api_name
        {
            text.clone_into(&mut self.text);
        }
    }
}

/// The two members of a body, as they are written.
struct Parts<'a> {
    fields: &'a RawValue,
    actions: Option<&'a RawValue>,
}

fn read_parts<'de, R: serde_json::de::Read<'de>>(
    mut json: serde_json::Deserializer<R>,
) -> Result<Parts<'de>, InvalidLeadBody> {
    let parts = json.deserialize_map(PartsVisitor).map_err(|error| invalid(&error))?;
    json.end().map_err(|error| invalid(&error))?;
    Ok(parts)
}

/// Our own rules word for word; of the JSON parser its place alone, since it may repeat a value.
fn invalid(error: &serde_json::Error) -> InvalidLeadBody {
    let text = error.to_string();
    let own = [FIELDS_OBJECT, REPEATED_KEY, OTHER_KEY, NO_FIELDS].into_iter();
    let rule = own.filter(|rule| text.starts_with(rule)).map(str::to_owned).next();
    let place =
        || format!("it is not a JSON object (line {}, column {})", error.line(), error.column());
    InvalidLeadBody { rule: rule.unwrap_or_else(place) }
}

const FIELDS_OBJECT: &str = "`fields` is not an object";
const REPEATED_KEY: &str = "a key stands twice";
const OTHER_KEY: &str = "it has a key beside `fields` and `actions`, which telecrm silently drops";
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
    fn a_stored_body_reads_back_and_loses_its_actions_alone() {
        let body = r#"{"fields":{"phone":"919999999999","n":1.0},"actions":[{"type":"ACTION_1","fields":{}},{"type":"PAYMENT"}]}"#;
        let lead = PreparedLead::from_json(Some("acme"), "919999999999", body).unwrap();
        assert_eq!(lead.body(), body);
        assert_eq!((lead.enterprise_id(), lead.lead_key()), (Some("acme"), "919999999999"));
        assert!(lead.has_actions() && lead.action_types().eq(["ACTION_1", "PAYMENT"]));
        let alone = lead.without_actions();
        assert_eq!(alone.body(), r#"{"fields":{"phone":"919999999999","n":1.0}}"#);
        assert!(!alone.has_actions());
        let debug = format!("{lead:?}");
        assert!(!debug.contains("9199") && debug.contains("PAYMENT"), "{debug}");
        // Written another way, the parts stay to the byte.
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
        let both = r#"{"fields":{"phone":"919999999999","whatsapp":"919999999999"}"#;
        assert_eq!(actions_only(fields, actions), Some(format!("{both}{actions}}}")));
        let body = format!(r#"{{"fields":{{"e":"A@B.in","n":1}}{actions}}}"#);
        let lead = PreparedLead::from_json(None, "a@b.in", &body).unwrap().actions_only().unwrap();
        assert_eq!(lead.without_actions().body(), r#"{"fields":{"e":"A@B.in"}}"#);
        assert!(lead.has_actions());
    }

    #[test]
    fn d29_a_body_that_is_not_a_lead_is_refused_without_being_repeated() {
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
