//! What is kept of an object: nearly always all of it, and then nothing is copied.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// An object of which every key is [put](Self::put) once, in its order.
pub(crate) struct Kept<'a> {
    sent: &'a Map<String, Value>,
    /// How many keys were put.
    put: usize,
    /// Made at the first key that is not kept as it was sent.
    changed: Option<Map<String, Value>>,
}

impl<'a> Kept<'a> {
    pub(crate) fn of(sent: &'a Map<String, Value>) -> Self {
        Self { sent, put: 0, changed: None }
    }

    /// The next key's value; `None` where it is dropped. A borrowed value is the one sent.
    pub(crate) fn put(&mut self, key: &str, value: Option<Cow<'a, Value>>) {
        if self.changed.is_some() || !matches!(value, Some(Cow::Borrowed(_))) {
            let before = || self.sent.iter().take(self.put);
            let changed = self.changed.get_or_insert_with(|| {
                before().map(|(key, value)| (key.clone(), value.clone())).collect()
            });
            changed.extend(value.map(|value| (key.to_owned(), value.into_owned())));
        }
        self.put += 1;
    }

    /// `whole` is the value that this is the object of.
    pub(crate) fn value(self, whole: &'a Value) -> Cow<'a, Value> {
        self.changed.map_or(Cow::Borrowed(whole), |changed| Cow::Owned(changed.into()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Keeps an object, with `changes` instead of what was sent.
    fn kept<'a>(whole: &'a Value, changes: &[(&str, Option<Value>)]) -> Cow<'a, Value> {
        let sent = whole.as_object().expect("an object");
        let mut kept = Kept::of(sent);
        for (key, value) in sent {
            let change = changes.iter().find(|(changed, _)| changed == key);
            let value = match change {
                Some((_, change)) => change.clone().map(Cow::Owned),
                None => Some(Cow::Borrowed(value)),
            };
            kept.put(key, value);
        }
        kept.value(whole)
    }

    #[test]
    fn it_is_copied_only_where_something_changes_and_then_whole() {
        let whole = json!({ "a": 1, "b": 2, "c": 3 });
        assert!(matches!(kept(&whole, &[]), Cow::Borrowed(_)));
        let other = kept(&whole, &[("b", Some(json!("2")))]).into_owned();
        assert_eq!(other.to_string(), r#"{"a":1,"b":"2","c":3}"#);
        let less = kept(&whole, &[("a", None), ("c", None)]).into_owned();
        assert_eq!(less.to_string(), r#"{"b":2}"#);
    }
}
