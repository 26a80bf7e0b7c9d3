//! Wording of values in reasons: shown, quoted, listed, cut short.

use std::fmt::Write as _;

use serde_json::Value;

use super::json::Json;

/// The most characters of a sent value that a reason shows.
const MAX_SHOWN: usize = 60;
/// The most characters of advice. Advice that is longer is not given: it is never cut.
const MAX_ADVICE: usize = 200;
/// The most labels or names that a reason lists.
const MAX_LISTED: usize = 6;

/// The JSON type of a value and, where it has one, the value itself, cut short.
pub(super) fn shape(value: &Json<'_>) -> String {
    described(value, short)
}

/// A value to be sent, in full; `None` where it is too long to be shown whole.
pub(super) fn advice(value: &Value) -> Option<String> {
    let value = Json::from(value);
    let whole = described(&value, str::to_owned);
    (whole.chars().count() <= MAX_ADVICE).then_some(whole)
}

fn described(value: &Json<'_>, cut: fn(&str) -> String) -> String {
    let json = |text: &str| Value::from(cut(text)).to_string();
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(it) => format!("the boolean {it}"),
        Json::Number(it) => format!("the number {}", cut(&it.to_string())),
        Json::Text(text) if text.is_empty() => "an empty text".to_owned(),
        Json::Text(text) => format!("the text {}", json(text)),
        Json::Array(items) if items.is_empty() => "an empty array".to_owned(),
        Json::Array(_) => format!("the array {}", cut(&value.to_value().to_string())),
        Json::Object(_) => format!("the object {}", cut(&value.to_value().to_string())),
    }
}

/// A text as JSON writes it, so that spaces and line breaks show, cut short.
#[must_use]
pub fn quoted(text: &str) -> String {
    Value::from(short(text)).to_string()
}

/// Names or labels as JSON texts, the first few of them. They are advice, so none of them is cut.
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

/// The labels to choose from.
pub(super) fn one_of(labels: &[String]) -> String {
    match labels {
        [] => "no label at all (the schema lists none)".to_owned(),
        [only] => format!("the text {}", quoted(only)),
        _ => format!("one of {}", listed(labels)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_sent_is_cut_at_a_character() {
        let long = json!("हि".repeat(100));
        assert_eq!(shape(&(&long).into()), format!("the text \"{}…\"", "हि".repeat(30)));
        assert_eq!(shape(&(&json!("a\n")).into()), r#"the text "a\n""#);
    }

    #[test]
    fn advice_is_whole_or_not_given() {
        assert_eq!(
            advice(&json!("x".repeat(180))),
            Some(format!("the text \"{}\"", "x".repeat(180)))
        );
        assert_eq!(advice(&json!("x".repeat(201))), None);
    }

    #[test]
    fn long_lists_are_cut_between_labels() {
        assert_eq!(listed(&["a", "b"]), r#""a", "b""#);
        assert!(listed(&["x"; 9]).ends_with(" and 3 more"));
        let long = "x".repeat(300);
        assert_eq!(listed(&[long.as_str(), "b"]), r#""b" and 1 more"#);
    }
}
