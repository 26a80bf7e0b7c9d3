//! Formatting of values in reasons: quoted, listed and truncated.

use std::fmt::Write as _;

use serde_json::Value;

use super::json::Json;

/// Maximum number of characters of a sent value in a reason.
const MAX_SHOWN: usize = 60;
/// Maximum number of characters of advice. Longer advice is omitted, never truncated.
const MAX_ADVICE: usize = 200;
/// Maximum number of labels or names in the list of a reason.
const MAX_LISTED: usize = 6;

/// Describes a sent value by its JSON type and its truncated text.
pub(super) fn shape(value: &Json<'_>) -> String {
    described(value, short)
}

/// Describes a suggested value in full. Returns `None` if the text is too long.
pub(super) fn advice(value: &Value) -> Option<String> {
    let value = Json::from(value);
    let whole = described(&value, str::to_owned);
    (whole.chars().count() <= MAX_ADVICE).then_some(whole)
}

fn described(value: &Json<'_>, cut: fn(&str) -> String) -> String {
    let json = |text: &str| Value::from(cut(text)).to_string();
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => format!("the boolean {value}"),
        Json::Number(number) => format!("the number {}", cut(&number.to_string())),
        Json::Text(text) if text.is_empty() => "an empty text".to_owned(),
        Json::Text(text) => format!("the text {}", json(text)),
        Json::Array(items) if items.is_empty() => "an empty array".to_owned(),
        Json::Array(_) => format!("the array {}", cut(&value.to_value().to_string())),
        Json::Object(_) => format!("the object {}", cut(&value.to_value().to_string())),
    }
}

/// Formats a text as a truncated JSON string, in which spaces and line breaks are visible.
#[must_use]
pub fn quoted(text: &str) -> String {
    Value::from(short(text)).to_string()
}

/// Formats the first few names or labels as JSON strings. None of them is truncated.
pub(super) fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let mut list = String::new();
    let fit = |name: &&S| name.as_ref().chars().count() <= MAX_ADVICE;
    let mut shown = 0;
    for name in names.iter().filter(fit).take(MAX_LISTED) {
        let comma = if shown == 0 { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(list, "{comma}{}", Value::from(name.as_ref()));
        shown += 1;
    }
    if names.len() > shown {
        let _ = write!(list, " and {} more", names.len() - shown);
    }
    list
}

fn short(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Lists the labels to choose from.
pub(super) fn one_of(labels: &[String]) -> String {
    match labels {
        [] => "no label (the schema lists none)".to_owned(),
        [only] => format!("the text {}", quoted(only)),
        _ => format!("one of {}", listed(labels)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sent_value_is_truncated_at_a_character() {
        let long = json!("हि".repeat(100));
        assert_eq!(shape(&(&long).into()), format!("the text \"{}…\"", "हि".repeat(30)));
        assert_eq!(shape(&(&json!("a\n")).into()), r#"the text "a\n""#);
    }

    #[test]
    fn long_advice_is_omitted() {
        assert_eq!(
            advice(&json!("x".repeat(180))),
            Some(format!("the text \"{}\"", "x".repeat(180)))
        );
        assert_eq!(advice(&json!("x".repeat(201))), None);
    }

    #[test]
    fn long_list_is_truncated_between_labels() {
        assert_eq!(listed(&["a", "b"]), r#""a", "b""#);
        assert!(listed(&["x"; 9]).ends_with(" and 3 more"));
        let long = "x".repeat(300);
        assert_eq!(listed(&[long.as_str(), "b"]), r#""b" and 1 more"#);
    }
}
