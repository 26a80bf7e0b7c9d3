//! D44: text that a program wrote instead of a value. telecrm stores such text.

use super::{drop_rule::DropRule, json::Json, rules::FieldRule, violation::Fault, words::shape};

/// Words that programs write for a value that does not exist.
const WORDS: [&str; 6] = ["NULL", "null", "NaN", "\\N", "undefined", "[object Object]"];

/// Returns the warning for a value that contains a placeholder instead of a value.
///
/// A label of the field is never a placeholder.
pub(super) fn warning(field: &FieldRule, sent: &Json<'_>) -> Option<Fault> {
    let is_left = |text: &str| is_placeholder(text) && !field.labels.declare(text);
    let found = match sent {
        Json::Text(text) => is_left(text),
        Json::Array(items) => items.iter().filter_map(Json::as_str).any(is_left),
        _ => false,
    };
    found.then(|| {
        let reason = format!(
            "{} was sent; a program writes such text instead of a value, for example as an unfilled template; \
             fill the template, or leave the field out if it has no value",
            shape(sent)
        );
        Fault::worded(DropRule::Placeholder, reason).stored()
    })
}

fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    WORDS.contains(&text) || is_question_marks(text) || is_test_lead(text) || is_templates(text)
}

/// Characters that an encoding lost: `???? ???`.
fn is_question_marks(text: &str) -> bool {
    text.matches('?').count() > 1 && text.chars().all(|c| c == '?' || c.is_whitespace())
}

/// Meta's test leads: `<test lead: dummy data for full_name>`.
fn is_test_lead(text: &str) -> bool {
    text.starts_with("<test lead:") && text.ends_with('>')
}

/// Returns whether a text consists only of unfilled templates and spaces.
fn is_templates(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let Some(length) = template(rest) else { return false };
        rest = rest[length..].trim_start();
    }
    !text.is_empty()
}

/// Returns the length of the template at the start of a text.
fn template(text: &str) -> Option<usize> {
    const FORMS: [(&str, &str); 5] =
        [("{{{", "}}}"), ("{{", "}}"), ("${", "}"), ("{", "}"), ("%", "%")];
    FORMS.iter().find_map(|(open, close)| {
        let rest = text.strip_prefix(open)?;
        let end = rest.find(close)?;
        let content = rest[..end].trim();
        // JSON and a percentage are not templates.
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
        let is_template = match *open {
            "{" => content.chars().all(is_name),
            "%" => content.chars().all(is_name) && !content.starts_with(char::is_numeric),
            _ => !content.contains(['{', '}']),
        };
        (is_template && !content.is_empty()).then_some(open.len() + end + close.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d44_text_of_a_program_is_distinguished_from_a_value() {
        for left in [
            "{{name}}",
            "{{1.full_name}}",
            "{{ contact.name | upper }}",
            "{{first}} {{last}}",
            "{name}",
            "{{{name}}}",
            "${lead['name']}",
            "{0}",
            "${name}",
            "%name%",
            " undefined ",
            "null",
            "NULL",
            "NaN",
            "\\N",
            "[object Object]",
            "??",
            "???? ???",
            "<test lead: dummy data for full_name>",
        ] {
            assert!(is_placeholder(left), "{left}");
        }
        for value in [
            "",
            "?",
            "Null",
            "Nan Goldin",
            "undefined behavior",
            "{}",
            "{{}}",
            "%",
            "%%",
            "50% off, 20% down",
            "%50%",
            "{\"a\": 1}",
            "{call me after six}",
            "{urgent} call",
            "Asha {Rao}",
            "<test>",
            "n/a",
            "\\n",
            "Who?? me",
        ] {
            assert!(!is_placeholder(value), "{value}");
        }
    }
}
