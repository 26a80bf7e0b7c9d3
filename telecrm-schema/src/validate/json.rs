//! JSON tree that borrows from the text or the `serde_json::Value` that it was read from.
//!
//! Most bodies are valid, so the validator reads most strings only once. A tree that borrows them
//! is read in about half the time of a `serde_json::Value`. One walk over the tree serves every
//! method of the validator.

use std::{borrow::Cow, collections::HashMap, fmt};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A JSON value that borrows each string without escapes.
///
/// `serde_json` reads it from text, and `From` converts a `&serde_json::Value`.
///
/// ```
/// use telecrm_schema::validate::Json;
///
/// let body: Json = serde_json::from_str(r#"{ "fields": { "phone": "9876543210" } }"#)?;
/// assert_eq!(body.to_value()["fields"]["phone"], "9876543210");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    Array(Vec<Json<'a>>),
    /// An object: each key once, in the order of the text. A repeated key has its last value, as
    /// in most readers of JSON.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// The key of a number if a crate of the build enables `serde_json`'s `arbitrary_precision`.
const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// Largest number of keys that are compared pairwise to find a repeated key.
const FEW_KEYS: usize = 24;

impl Json<'_> {
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the value of a key, if this is an object that contains it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(entries) = self else { return None };
        entries.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// Converts to an owned value.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.to_string()),
            Self::Array(items) => items.iter().map(Json::to_value).collect(),
            Self::Object(entries) => {
                let entries =
                    entries.iter().map(|(key, value)| (key.to_string(), value.to_value()));
                Value::Object(entries.collect::<Map<_, _>>())
            }
        }
    }
}

impl<'a> From<&'a Value> for Json<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::Text(text.into()),
            Value::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Value::Object(entries) => entries.into(),
        }
    }
}

impl<'a> From<&'a Map<String, Value>> for Json<'a> {
    fn from(entries: &'a Map<String, Value>) -> Self {
        Self::Object(entries.iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json<'de>, E> {
        // JSON has neither NaN nor infinity, so the conversion always succeeds.
        Ok(Number::from_f64(number).map_or(Json::Null, Json::Number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Json<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = array.next_element()? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json<'de>, A::Error> {
        let mut entries = Vec::with_capacity(8);
        while let Some(Key(key)) = object.next_key()? {
            if key == NUMBER_TOKEN && entries.is_empty() {
                let digits: String = object.next_value()?;
                return digits.parse().map(Json::Number).map_err(A::Error::custom);
            }
            entries.push((key, object.next_value()?));
        }
        Ok(Json::Object(merge_repeated_keys(entries)))
    }
}

/// A key that borrows if it has no escapes.
///
/// `Cow` itself always deserializes to an owned string.
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct KeyReader;
        impl<'de> Visitor<'de> for KeyReader {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        json.deserialize_str(KeyReader)
    }
}

type Entries<'a> = Vec<(Cow<'a, str>, Json<'a>)>;

/// Merges repeated keys: the first position and the last value stay.
fn merge_repeated_keys(entries: Entries<'_>) -> Entries<'_> {
    let repeats = if entries.len() <= FEW_KEYS {
        let before = |at: usize| entries.iter().take(at);
        entries
            .iter()
            .enumerate()
            .any(|(at, (key, _))| before(at).any(|(earlier, _)| earlier == key))
    } else {
        true
    };
    if !repeats {
        return entries;
    }
    let mut places: HashMap<Cow<'_, str>, usize> = HashMap::with_capacity(entries.len());
    let mut once: Entries<'_> = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        if let Some(&at) = places.get(&key) {
            once[at].1 = value;
        } else {
            places.insert(key.clone(), once.len());
            once.push((key, value));
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Json<'_> {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn result_equals_that_of_serde_json_and_plain_strings_are_borrowed() {
        let text = r#"{"a":[null,true,-1,1.5,18446744073709551615,"x","\u0041\n"],"k\u0065y":{}}"#;
        let value: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(read(text).to_value(), value);
        assert_eq!(Json::from(&value), read(text));
        assert!(matches!(read(r#""x""#), Json::Text(Cow::Borrowed("x"))));
        assert!(matches!(read(r#""\n""#), Json::Text(Cow::Owned(_))));
    }

    #[test]
    fn repeated_key_keeps_its_first_position_and_its_last_value() {
        assert_eq!(read(r#"{"a":1,"b":2,"a":3}"#).to_value().to_string(), r#"{"a":3,"b":2}"#);
        let entries: Vec<String> = (0..100).map(|n| format!("\"k{}\":{n}", n % 50)).collect();
        let object = {
            let text = format!("{{{}}}", entries.join(","));
            read(&text).to_value()
        };
        assert_eq!((object.as_object().map(Map::len), &object["k7"]), (Some(50), &json!(57)));
    }
}
