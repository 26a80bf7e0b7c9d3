//! JSON tree that borrows from the text (or the `serde_json::Value`) it was read from.
//!
//! Most bodies lose nothing, so most strings of a body are looked at once and thrown away. A tree
//! that borrows them is read in about half the time of a `serde_json::Value`, and one walk over it
//! serves every use of the validator.

use std::{borrow::Cow, collections::HashMap, fmt};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A JSON value, its strings borrowed where they hold no escapes.
///
/// It is read with `serde_json` (`serde_json::from_slice::<Json>`), or made of a
/// `&serde_json::Value`.
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
    /// An object: each key once, in the order of the text. The last value of a repeated key
    /// counts, as in most readers of JSON.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// The key under which `serde_json` hands out numbers where some crate of the build has turned on
/// its feature `arbitrary_precision`.
const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// Up to so many keys, repeated ones are found by comparing each with each.
const FEW_KEYS: usize = 24;

impl Json<'_> {
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a key, where this is an object that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(entries) = self else { return None };
        entries.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The same value, borrowing nothing.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(it) => Value::Bool(*it),
            Self::Number(it) => Value::Number(it.clone()),
            Self::Text(text) => Value::String(text.to_string()),
            Self::Array(items) => items.iter().map(Json::to_value).collect(),
            Self::Object(entries) => {
                let entries = entries.iter().map(|(key, it)| (key.to_string(), it.to_value()));
                Value::Object(entries.collect::<Map<_, _>>())
            }
        }
    }
}

impl<'a> From<&'a Value> for Json<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(it) => Self::Bool(*it),
            Value::Number(it) => Self::Number(it.clone()),
            Value::String(text) => Self::Text(text.into()),
            Value::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Value::Object(entries) => entries.into(),
        }
    }
}

impl<'a> From<&'a Map<String, Value>> for Json<'a> {
    fn from(entries: &'a Map<String, Value>) -> Self {
        Self::Object(entries.iter().map(|(key, it)| (key.into(), it.into())).collect())
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

    fn visit_bool<E: Error>(self, it: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(it))
    }

    fn visit_i64<E: Error>(self, it: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(it.into()))
    }

    fn visit_u64<E: Error>(self, it: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(it.into()))
    }

    fn visit_f64<E: Error>(self, it: f64) -> Result<Json<'de>, E> {
        // JSON has neither NaN nor infinity, so there is always a number.
        Ok(Number::from_f64(it).map_or(Json::Null, Json::Number))
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
        Ok(Json::Object(each_key_once(entries)))
    }
}

/// A key, borrowed where it holds no escapes: a bare `Cow` never borrows.
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

/// Leaves of a repeated key its first place and its last value.
fn each_key_once(entries: Entries<'_>) -> Entries<'_> {
    let repeats = if entries.len() <= FEW_KEYS {
        let before = |at: usize| entries.iter().take(at);
        entries.iter().enumerate().any(|(at, (key, _))| before(at).any(|(it, _)| it == key))
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
    fn it_reads_what_serde_json_reads_and_borrows_plain_strings() {
        let text = r#"{"a":[null,true,-1,1.5,18446744073709551615,"x","\u0041\n"],"k\u0065y":{}}"#;
        let value: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(read(text).to_value(), value);
        assert_eq!(Json::from(&value), read(text));
        assert!(matches!(read(r#""x""#), Json::Text(Cow::Borrowed("x"))));
        assert!(matches!(read(r#""\n""#), Json::Text(Cow::Owned(_))));
    }

    #[test]
    fn the_last_value_of_a_repeated_key_counts_in_the_place_of_the_first() {
        assert_eq!(read(r#"{"a":1,"b":2,"a":3}"#).to_value().to_string(), r#"{"a":3,"b":2}"#);
        let many: Vec<String> = (0..100).map(|n| format!("\"k{}\":{n}", n % 50)).collect();
        let object = {
            let text = format!("{{{}}}", many.join(","));
            read(&text).to_value()
        };
        assert_eq!((object.as_object().map(Map::len), &object["k7"]), (Some(50), &json!(57)));
    }
}
