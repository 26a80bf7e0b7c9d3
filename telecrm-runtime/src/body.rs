//! The request body: one walk over a lead, written as JSON at once or through serde.

use serde_core::ser::{SerializeMap, SerializeSeq};
use serde_core::{Serialize, Serializer};

use crate::action::{ActionRef, CustomAction};
use crate::field::{Array, FieldSink, FieldWriter, Object, Value};
use crate::lead::Lead;
use crate::payment::Payment;

/// The exact body that `Client::send` posts: `{"fields":{…},"actions":[…]}`, without the fields that
/// are not set, and without `actions` where there are none.
///
/// [`from_json`](crate::from_json) reads it back.
#[must_use]
pub fn to_json(lead: &(impl Lead + ?Sized)) -> String {
    Encoded::of(&lead).json
}

/// Serialises the body that telecrm's Async API takes (telecrm: Async API).
///
/// # Errors
///
/// Those of the serialiser; a lead has none of its own.
#[doc(hidden)]
pub fn serialize_lead<S: Serializer>(lead: &dyn Lead, serializer: S) -> Result<S::Ok, S::Error> {
    Serialized(Value::Object(&Body(lead))).serialize(serializer)
}

impl Serialize for Payment {
    /// The payment as an entry of `actions`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Serialized(Value::Object(&ActionRef::Payment(self))).serialize(serializer)
    }
}

/// The whole body.
struct Body<'a>(&'a dyn Lead);

impl Object for Body<'_> {
    fn members(&self, out: &mut FieldWriter<'_>) {
        out.value("fields", Value::Object(&LeadFields(self.0)));
        if self.0.action_at(0).is_some() {
            out.value("actions", Value::Array(&LeadActions(self.0)));
        }
    }
}

struct LeadFields<'a>(&'a dyn Lead);

impl Object for LeadFields<'_> {
    fn members(&self, out: &mut FieldWriter<'_>) {
        out.fields(self.0.as_slots());
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
    fn members(&self, out: &mut FieldWriter<'_>) {
        out.value("type", Value::Text(self.code()));
        match self {
            Self::Custom(action) => {
                out.value("fields", Value::Object(&ActionFields(*action)));
                if let Some(at) = action.backdated_to() {
                    out.value("created_on", Value::Number(at.unix_millis().into()));
                }
            }
            Self::Payment(payment) => {
                out.value("status", Value::Text(payment.status.as_str()));
                out.value("currency", Value::Text(payment.currency.as_str()));
                out.value("amount", Value::Text(payment.amount.as_str()));
            }
        }
    }
}

struct ActionFields<'a>(&'a dyn CustomAction);

impl Object for ActionFields<'_> {
    fn members(&self, out: &mut FieldWriter<'_>) {
        out.fields(self.0);
    }
}

/// A body, and where in it the lead without its actions ends.
pub(crate) struct Encoded {
    pub(crate) json: String,
    /// `json[..fields_end]` and a `}` are the body of the fields alone.
    pub(crate) fields_end: usize,
}

/// Room for the body of most leads, so that it is allocated once.
const USUAL_BODY: usize = 512;

impl Encoded {
    pub(crate) fn of(lead: &dyn Lead) -> Self {
        let mut json = Json { bytes: Vec::with_capacity(USUAL_BODY), failed: false };
        let fields_end = json.object(&Body(lead));
        // Writing to memory does not fail, and only text is written. An empty body would be refused
        // by telecrm, and never taken for the lead.
        match String::from_utf8(json.bytes) {
            Ok(body) if !json.failed => Self { json: body, fields_end },
            _ => Self { json: String::new(), fields_end: 0 },
        }
    }
}

/// Writes values as JSON: the bytes that `serde_json` writes, faster.
struct Json {
    bytes: Vec<u8>,
    failed: bool,
}

impl Json {
    fn value(&mut self, value: Value<'_>) {
        match value {
            Value::Text(text) => self.text(text),
            Value::Number(number) => self.serialized(&number),
            Value::Array(array) => {
                self.bytes.push(b'[');
                let mut first = true;
                array.items(&mut |item| {
                    if !std::mem::take(&mut first) {
                        self.bytes.push(b',');
                    }
                    self.value(item);
                });
                self.bytes.push(b']');
            }
            Value::Object(object) => {
                self.object(object);
            }
        }
    }

    /// Returns where the first member ends.
    fn object(&mut self, object: &dyn Object) -> usize {
        self.bytes.push(b'{');
        let mut members = JsonMembers { first_end: None, json: self };
        object.members(&mut FieldWriter::new(&mut members));
        let first_end = members.first_end.unwrap_or(0);
        self.bytes.push(b'}');
        first_end
    }

    fn text(&mut self, text: &str) {
        // Nearly every text needs no escape, and is copied whole.
        if needs_escape(text.as_bytes()) {
            return self.serialized(text);
        }
        self.bytes.reserve(text.len() + 2);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(b'"');
    }

    fn serialized(&mut self, value: &(impl Serialize + ?Sized)) {
        self.failed |= serde_json::to_writer(&mut self.bytes, value).is_err();
    }
}

/// Whether a JSON string escapes one of these bytes, eight of them at a time.
fn needs_escape(text: &[u8]) -> bool {
    const ONES: u64 = u64::MAX / 0xFF;
    const HIGH: u64 = ONES << 7;

    // The high bit of each byte that is below `limit`, and maybe of one after it.
    let below = |bytes: u64, limit: u8| bytes.wrapping_sub(ONES * u64::from(limit)) & !bytes & HIGH;
    let equal = |bytes: u64, byte: u8| below(bytes ^ (ONES * u64::from(byte)), 1);
    let found = |bytes: [u8; 8]| {
        let bytes = u64::from_le_bytes(bytes);
        below(bytes, b' ') | equal(bytes, b'"') | equal(bytes, b'\\')
    };
    let Some(last) = text.last_chunk() else {
        return text.iter().any(|byte| *byte < b' ' || matches!(byte, b'"' | b'\\'));
    };
    text.as_chunks().0.iter().fold(found(*last), |escapes, eight| escapes | found(*eight)) != 0
}

struct JsonMembers<'a> {
    json: &'a mut Json,
    first_end: Option<usize>,
}

impl FieldSink for JsonMembers<'_> {
    fn field(&mut self, name: &'static str, value: Value<'_>) {
        if self.first_end.is_some() {
            self.json.bytes.push(b',');
        }
        self.json.text(name);
        self.json.bytes.push(b':');
        self.json.value(value);
        self.first_end.get_or_insert(self.json.bytes.len());
    }
}

/// A value for serde.
struct Serialized<'a>(Value<'a>);

impl Serialize for Serialized<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Number(number) => number.serialize(serializer),
            Value::Array(items) => {
                let mut array = serializer.serialize_seq(None)?;
                let mut result = Ok(());
                items.items(&mut |item| {
                    if result.is_ok() {
                        result = array.serialize_element(&Serialized(item));
                    }
                });
                result?;
                array.end()
            }
            Value::Object(object) => {
                let mut members =
                    MapMembers { map: serializer.serialize_map(None)?, result: Ok(()) };
                object.members(&mut FieldWriter::new(&mut members));
                members.result?;
                members.map.end()
            }
        }
    }
}

/// Writes members into a map, up to the first error.
struct MapMembers<M: SerializeMap> {
    map: M,
    result: Result<(), M::Error>,
}

impl<M: SerializeMap> FieldSink for MapMembers<M> {
    fn field(&mut self, name: &'static str, value: Value<'_>) {
        if self.result.is_ok() {
            self.result = self.map.serialize_entry(name, &Serialized(value));
        }
    }
}
