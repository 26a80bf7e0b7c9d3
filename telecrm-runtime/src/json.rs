//! The body that goes out, written at once: the same bytes as through serde (`encode`), and faster.

use serde_core::Serialize;

use crate::encode::{FieldSink, FieldWriter, Value};
use crate::{ActionRef, CustomAction, Lead};

/// The exact body that [`Client::send`](crate::Client::send) posts: `{"fields":{…},"actions":[…]}`,
/// without the fields that are not set, and without `actions` where there are none.
#[must_use]
pub fn to_json(lead: &(impl Lead + ?Sized)) -> String {
    Encoded::of(&lead).json
}

/// Room for the body of most leads, so that it is allocated once.
const USUAL_BODY: usize = 512;

/// A body, and where in it the lead without its actions ends.
pub(crate) struct Encoded {
    pub(crate) json: String,
    /// `json[..fields_end]` and a `}` are the body of the fields alone.
    pub(crate) fields_end: usize,
}

impl Encoded {
    pub(crate) fn of(lead: &dyn Lead) -> Self {
        // Writing to memory does not fail, and only text is written. An empty body would be refused
        // by telecrm, and never taken for the lead.
        Self::write(lead).unwrap_or_else(|_| Self { json: String::new(), fields_end: 0 })
    }

    fn write(lead: &dyn Lead) -> Result<Self, Box<dyn std::error::Error>> {
        let mut json = Vec::with_capacity(USUAL_BODY);
        json.extend_from_slice(b"{\"fields\":");
        fields(&mut json, |writer| lead.encode(writer))?;
        let fields_end = json.len();
        let mut index = 0;
        while let Some(action) = lead.action_at(index) {
            json.extend_from_slice(if index == 0 { b",\"actions\":[" } else { b"," });
            match action {
                ActionRef::Custom(action) => custom(&mut json, action)?,
                ActionRef::Payment(payment) => other(&mut json, payment)?,
            }
            index += 1;
        }
        json.extend_from_slice(if index == 0 { b"}" } else { b"]}" });
        Ok(Self { json: String::from_utf8(json)?, fields_end })
    }
}

fn custom(json: &mut Vec<u8>, action: &dyn CustomAction) -> serde_json::Result<()> {
    json.extend_from_slice(b"{\"type\":");
    text(json, action.code())?;
    json.extend_from_slice(b",\"fields\":");
    fields(json, |writer| action.encode(writer))?;
    if let Some(date) = action.backdated_to() {
        json.extend_from_slice(b",\"created_on\":");
        other(json, &date)?;
    }
    json.push(b'}');
    Ok(())
}

fn fields(json: &mut Vec<u8>, put: impl FnOnce(&mut FieldWriter<'_>)) -> serde_json::Result<()> {
    json.push(b'{');
    let mut object = Object { json, empty: true, result: Ok(()) };
    put(&mut FieldWriter::new(&mut object));
    object.result?;
    json.push(b'}');
    Ok(())
}

/// Writes fields, up to the first error.
struct Object<'a> {
    json: &'a mut Vec<u8>,
    empty: bool,
    result: serde_json::Result<()>,
}

impl Object<'_> {
    fn write(&mut self, api_name: &str, field: Value<'_>) -> serde_json::Result<()> {
        if !std::mem::take(&mut self.empty) {
            self.json.push(b',');
        }
        text(self.json, api_name)?;
        self.json.push(b':');
        match field {
            Value::Text(value) => text(self.json, value),
            Value::Number(number) => other(self.json, &number),
            Value::Labels(labels) => {
                self.json.push(b'[');
                for index in 0..labels.count() {
                    if index > 0 {
                        self.json.push(b',');
                    }
                    text(self.json, labels.label_at(index).unwrap_or_default())?;
                }
                self.json.push(b']');
                Ok(())
            }
        }
    }
}

impl FieldSink for Object<'_> {
    fn field(&mut self, api_name: &'static str, value: Value<'_>) {
        if self.result.is_ok() {
            self.result = self.write(api_name, value);
        }
    }
}

fn text(json: &mut Vec<u8>, text: &str) -> serde_json::Result<()> {
    // Without a branch per byte: nearly every text needs no escape, and is copied whole.
    let escapes = text.bytes().fold(0, |found, byte| {
        found | u8::from(byte < b' ') | u8::from(byte == b'"') | u8::from(byte == b'\\')
    });
    if escapes != 0 {
        return other(json, text);
    }
    json.push(b'"');
    json.extend_from_slice(text.as_bytes());
    json.push(b'"');
    Ok(())
}

fn other(json: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) -> serde_json::Result<()> {
    serde_json::to_writer(json, value)
}
