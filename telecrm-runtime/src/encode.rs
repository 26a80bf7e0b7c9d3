//! The one way in which a lead becomes JSON.
//!
//! Generated code lists its fields in one call each; all else is decided here, once, in functions
//! that are not generic over the lead.

use serde_core::ser::{SerializeMap, SerializeSeq};
use serde_core::{Serialize, Serializer};

use crate::label::{Labelled, Open};
use crate::{ActionRef, CustomAction, Lead, Number, Payment};

/// A value as it goes on the wire.
#[doc(hidden)]
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A string.
    Text(&'a str),
    /// A number.
    Number(Number),
    /// An array of strings.
    Labels(&'a dyn LabelList),
}

/// What a field may hold: every value, label, list of labels, and each of them in an `Option`.
#[doc(hidden)]
pub trait FieldValue {
    /// The value on the wire, or `None` where the field is not set and so not sent.
    fn to_value(&self) -> Option<Value<'_>>;
}

/// The labels of a tags field.
#[doc(hidden)]
pub trait LabelList {
    /// The label at the index, or `None` behind the last.
    fn label_at(&self, index: usize) -> Option<&str>;

    /// How many there are.
    fn count(&self) -> usize;
}

impl<T: FieldValue> FieldValue for Option<T> {
    fn to_value(&self) -> Option<Value<'_>> {
        self.as_ref().and_then(FieldValue::to_value)
    }
}

impl<E: Labelled> FieldValue for E {
    fn to_value(&self) -> Option<Value<'_>> {
        Some(Value::Text(self.label()))
    }
}

impl<E: Labelled> FieldValue for Open<E> {
    fn to_value(&self) -> Option<Value<'_>> {
        Some(Value::Text(self.label()))
    }
}

impl<E: Labelled> FieldValue for Vec<E> {
    fn to_value(&self) -> Option<Value<'_>> {
        Some(Value::Labels(self))
    }
}

impl<E: Labelled> FieldValue for Vec<Open<E>> {
    fn to_value(&self) -> Option<Value<'_>> {
        Some(Value::Labels(self))
    }
}

impl<E: Labelled> LabelList for Vec<E> {
    fn label_at(&self, index: usize) -> Option<&str> {
        self.get(index).map(|label| label.label())
    }

    fn count(&self) -> usize {
        self.len()
    }
}

impl<E: Labelled> LabelList for Vec<Open<E>> {
    fn label_at(&self, index: usize) -> Option<&str> {
        self.get(index).map(Open::label)
    }

    fn count(&self) -> usize {
        self.len()
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => number.serialize(serializer),
            Self::Labels(labels) => {
                let mut array = serializer.serialize_seq(Some(labels.count()))?;
                for index in 0..labels.count() {
                    if let Some(label) = labels.label_at(index) {
                        array.serialize_element(label)?;
                    }
                }
                array.end()
            }
        }
    }
}

/// Takes the fields of a lead or an action, in the order in which they are sent.
#[doc(hidden)]
pub struct FieldWriter<'a> {
    sink: &'a mut dyn FieldSink,
}

impl<'a> FieldWriter<'a> {
    pub(crate) fn new(sink: &'a mut dyn FieldSink) -> Self {
        Self { sink }
    }

    /// Sends the field, where it is set.
    pub fn put(&mut self, api_name: &'static str, value: &impl FieldValue) {
        if let Some(value) = value.to_value() {
            self.sink.field(api_name, value);
        }
    }
}

/// Where fields go; it keeps `FieldWriter`, and so the `Lead` trait, free of serde's generics.
pub(crate) trait FieldSink {
    fn field(&mut self, api_name: &'static str, value: Value<'_>);
}

/// Writes fields into a map, up to the first error.
struct MapSink<M: SerializeMap> {
    map: M,
    result: Result<(), M::Error>,
}

impl<M: SerializeMap> FieldSink for MapSink<M> {
    fn field(&mut self, api_name: &'static str, value: Value<'_>) {
        if self.result.is_ok() {
            self.result = self.map.serialize_entry(api_name, &value);
        }
    }
}

fn serialize_fields<S: Serializer>(
    serializer: S,
    encode: impl FnOnce(&mut FieldWriter<'_>),
) -> Result<S::Ok, S::Error> {
    let mut sink = MapSink { map: serializer.serialize_map(None)?, result: Ok(()) };
    encode(&mut FieldWriter::new(&mut sink));
    sink.result?;
    sink.map.end()
}

/// Serialises the body that telecrm's Async API takes: `{"fields":{…},"actions":[…]}`, `actions`
/// only where there are any (telecrm: Async API).
///
/// # Errors
///
/// Those of the serialiser; a lead has none of its own.
#[doc(hidden)]
pub fn serialize_lead<S: Serializer>(lead: &dyn Lead, serializer: S) -> Result<S::Ok, S::Error> {
    let has_actions = lead.action_at(0).is_some();
    let mut body = serializer.serialize_map(Some(1 + usize::from(has_actions)))?;
    body.serialize_entry("fields", &LeadFields(lead))?;
    if has_actions {
        body.serialize_entry("actions", &LeadActions(lead))?;
    }
    body.end()
}

struct LeadFields<'a>(&'a dyn Lead);

impl Serialize for LeadFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_fields(serializer, |fields| self.0.encode(fields))
    }
}

struct LeadActions<'a>(&'a dyn Lead);

impl Serialize for LeadActions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut array = serializer.serialize_seq(None)?;
        let mut index = 0;
        while let Some(action) = self.0.action_at(index) {
            array.serialize_element(&action)?;
            index += 1;
        }
        array.end()
    }
}

impl Serialize for ActionRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Custom(action) => serialize_custom(*action, serializer),
            Self::Payment(payment) => payment.serialize(serializer),
        }
    }
}

fn serialize_custom<S: Serializer>(
    action: &dyn CustomAction,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let date = action.backdated_to();
    let mut map = serializer.serialize_map(Some(2 + usize::from(date.is_some())))?;
    map.serialize_entry("type", action.code())?;
    map.serialize_entry("fields", &ActionFields(action))?;
    if let Some(date) = date {
        map.serialize_entry("created_on", &date)?;
    }
    map.end()
}

struct ActionFields<'a>(&'a dyn CustomAction);

impl Serialize for ActionFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_fields(serializer, |fields| self.0.encode(fields))
    }
}

impl Serialize for Payment {
    /// The payment as an entry of `actions`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("type", "PAYMENT")?;
        map.serialize_entry("status", self.status.as_str())?;
        map.serialize_entry("currency", self.currency.as_str())?;
        map.serialize_entry("amount", &self.amount)?;
        map.end()
    }
}
