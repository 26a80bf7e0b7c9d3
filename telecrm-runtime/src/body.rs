//! Request body: the JSON that telecrm's Async API accepts for one lead.

use serde_core::{Serialize, Serializer};

#[cfg(feature = "sync")]
use crate::action::without_prefix;
use crate::action::{ActionRef, CustomAction};
use crate::lead::Lead;
use crate::payment::Payment;
use crate::slot::Slots;
use crate::wire::{Array, Object, Value};

/// Returns the exact body that `Client::send` posts: `{"fields":{…},"actions":[…]}`.
///
/// The body contains only the fields that are set, and `actions` only if the lead has actions.
/// [`from_json`](crate::from_json) reads the body.
///
/// ```
/// use telecrm_runtime::{phone, to_json};
/// # // A program has `telecrm_runtime::include_workspace!()` here.
/// # mod crm {
/// #     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/mod.rs"));
/// #     pub(crate) type Lead = TestLead;
/// # }
///
/// let lead = crm::Lead::new(phone!("919999999999")).name("Jane Doe");
/// assert_eq!(to_json(&lead), r#"{"fields":{"phone":"919999999999","Full Name":"Jane Doe"}}"#);
/// ```
#[must_use]
pub fn to_json(lead: &(impl Lead + ?Sized)) -> String {
    encode(&lead)
}

pub(crate) fn encode(lead: &dyn Lead) -> String {
    // Writing to memory does not fail, and every key is a string. telecrm rejects an empty body.
    serde_json::to_string(&Value::Object(&Body(lead))).unwrap_or_default()
}

/// Serialises the body of a lead (telecrm: Async API).
///
/// # Errors
///
/// Returns an error if the serialiser fails.
#[doc(hidden)]
pub fn serialize_lead<S: Serializer>(lead: &dyn Lead, serializer: S) -> Result<S::Ok, S::Error> {
    Value::Object(&Body(lead)).serialize(serializer)
}

impl Serialize for Payment {
    /// Serialises the payment as an entry of `actions`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::Object(&ActionRef::Payment(self)).serialize(serializer)
    }
}

struct Body<'a>(&'a dyn Lead);

impl Object for Body<'_> {
    fn members(&self, put: &mut dyn FnMut(&'static str, Value<'_>)) {
        put("fields", Value::Object(&LeadFields(self.0)));
        if self.0.action_at(0).is_some() {
            put("actions", Value::Array(&LeadActions(self.0)));
        }
    }
}

/// Body of a write request to the Sync API.
///
/// Action types have no prefix (telecrm: Sync API): `1001` for `ACTION_1001`.
#[cfg(feature = "sync")]
#[derive(Clone, Copy)]
pub(crate) enum SyncBody<'a> {
    /// All fields and actions: `POST /lead`.
    Create(&'a dyn Lead),
    /// The fields without the identifier: `POST /lead/{leadId}`.
    Update(&'a dyn Lead),
    /// The actions: `POST /lead/{leadId}/action`.
    Append(&'a dyn Lead),
}

#[cfg(feature = "sync")]
impl SyncBody<'_> {
    pub(crate) fn to_json(self) -> String {
        // Writing to memory does not fail, and every key is a string. telecrm rejects an empty body.
        serde_json::to_string(&Value::Object(&self)).unwrap_or_default()
    }
}

#[cfg(feature = "sync")]
impl Object for SyncBody<'_> {
    fn members(&self, put: &mut dyn FnMut(&'static str, Value<'_>)) {
        match *self {
            Self::Create(lead) => {
                put("fields", Value::Object(&LeadFields(lead)));
                if lead.action_at(0).is_some() {
                    put("actions", Value::Array(&UnprefixedActions(lead)));
                }
            }
            Self::Update(lead) => put("fields", Value::Object(&FieldsWithoutIdentifier(lead))),
            Self::Append(lead) => put("actions", Value::Array(&UnprefixedActions(lead))),
        }
    }
}

#[cfg(feature = "sync")]
struct FieldsWithoutIdentifier<'a>(&'a dyn Lead);

#[cfg(feature = "sync")]
impl Object for FieldsWithoutIdentifier<'_> {
    fn members(&self, put: &mut dyn FnMut(&'static str, Value<'_>)) {
        let identifier = self.0.own_workspace().identifier();
        self.0.as_slots().each_value(&mut |api_name, value| {
            if api_name != identifier {
                put(api_name, value);
            }
        });
    }
}

#[cfg(feature = "sync")]
struct UnprefixedActions<'a>(&'a dyn Lead);

#[cfg(feature = "sync")]
impl Array for UnprefixedActions<'_> {
    fn items(&self, put: &mut dyn FnMut(Value<'_>)) {
        for action in (0..).map_while(|index| self.0.action_at(index)) {
            put(Value::Object(&UnprefixedAction(action)));
        }
    }
}

#[cfg(feature = "sync")]
struct UnprefixedAction<'a>(ActionRef<'a>);

#[cfg(feature = "sync")]
impl Object for UnprefixedAction<'_> {
    fn members(&self, put: &mut dyn FnMut(&'static str, Value<'_>)) {
        self.0.members(&mut |key, value| match (key, value) {
            ("type", Value::Text(code)) => put(key, Value::Text(without_prefix(code))),
            _ => put(key, value),
        });
    }
}

struct LeadFields<'a>(&'a dyn Lead);

impl Object for LeadFields<'_> {
    fn members(&self, put: &mut dyn FnMut(&'static str, Value<'_>)) {
        self.0.as_slots().each_value(put);
    }
}

struct LeadActions<'a>(&'a dyn Lead);

impl Array for LeadActions<'_> {
    fn items(&self, put: &mut dyn FnMut(Value<'_>)) {
        for action in (0..).map_while(|index| self.0.action_at(index)) {
            put(Value::Object(&action));
        }
    }
}

impl Object for ActionRef<'_> {
    fn members(&self, put: &mut dyn FnMut(&'static str, Value<'_>)) {
        put("type", Value::Text(self.code()));
        match self {
            Self::Custom(action) => {
                put("fields", Value::Object(&ActionFields(*action)));
                if let Some(at) = action.backdated_to() {
                    put("created_on", Value::Number(at.unix_millis().into()));
                }
            }
            Self::Payment(payment) => {
                put("status", Value::Text(payment.status.as_str()));
                put("currency", Value::Text(payment.currency.as_str()));
                put("amount", Value::Text(payment.amount.as_str()));
            }
        }
    }
}

struct ActionFields<'a>(&'a dyn CustomAction);

impl Object for ActionFields<'_> {
    fn members(&self, put: &mut dyn FnMut(&'static str, Value<'_>)) {
        let slots: &dyn Slots = self.0;
        slots.each_value(put);
    }
}
