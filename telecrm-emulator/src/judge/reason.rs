//! Wording of a drop: what was sent, what the rule is, what would have been kept.

use std::fmt::Write as _;

use serde_json::Value;

use crate::{code::Code, delivery::Drop};

/// The most characters of a value that a reason shows.
const SHOWN: usize = 60;

/// What is wrong with a value, before it is known where in the body the value stands.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) code: Code,
    pub(crate) reason: String,
    /// Whether the value is kept all the same.
    pub(crate) created: bool,
}

impl Fault {
    /// `rule` follows "… was sent; "; `kept` completes "would have been kept".
    pub(crate) fn new(code: Code, sent: &Value, rule: &str, kept: &str) -> Self {
        Self {
            code,
            reason: format!("{} was sent; {rule}; {kept} would have been kept", shape(sent)),
            created: false,
        }
    }

    pub(crate) fn at(self, path: impl Into<String>) -> Drop {
        Drop { path: path.into(), code: self.code, reason: self.reason, created: self.created }
    }
}

/// The JSON type of a value and, where it has one, the value itself, cut short.
pub(crate) fn shape(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(it) => format!("the boolean {it}"),
        Value::Number(it) => format!("the number {}", short(&it.to_string())),
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) => format!("the text {}", quoted(text)),
        Value::Array(items) if items.is_empty() => "an empty array".to_owned(),
        Value::Array(_) => format!("the array {}", short(&value.to_string())),
        Value::Object(_) => format!("the object {}", short(&value.to_string())),
    }
}

/// A text as JSON writes it, so that blanks and line breaks show, cut short.
pub(crate) fn quoted(text: &str) -> String {
    Value::from(short(text)).to_string()
}

/// Names or labels of a list, the first few of them, as JSON texts.
pub(crate) fn listed<S: AsRef<str>>(labels: &[S]) -> String {
    const FEW: usize = 6;
    let mut list = String::new();
    for (index, label) in labels.iter().take(FEW).enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(list, "{comma}{}", quoted(label.as_ref()));
    }
    if labels.len() > FEW {
        let _ = write!(list, " and {} more", labels.len() - FEW);
    }
    list
}

fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reason_says_what_was_sent_the_rule_and_what_would_be_kept() {
        let fault = Fault::new(Code::D01, &json!(5), "a text is a JSON string", r#"the text "5""#);
        assert_eq!(
            fault.reason,
            r#"the number 5 was sent; a text is a JSON string; the text "5" would have been kept"#
        );
    }

    #[test]
    fn long_values_are_cut_at_a_character() {
        assert_eq!(shape(&json!("हि".repeat(100))), format!("the text \"{}…\"", "हि".repeat(30)));
        assert_eq!(shape(&json!("a\n")), r#"the text "a\n""#);
    }

    #[test]
    fn long_lists_are_cut_too() {
        assert_eq!(listed(&["a", "b"]), r#""a", "b""#);
        assert!(listed(&["x"; 9]).ends_with(" and 3 more"));
    }
}
