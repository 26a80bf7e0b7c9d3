//! Placeholders: text that a program wrote instead of a value (D44).

use crate::value::{Kind, Reason, ValueError};

/// Returns an error if the text is a placeholder.
///
/// # Errors
///
/// Returns an error of this kind of value with [`Reason::Placeholder`].
pub(crate) fn reject(text: &str, kind: &'static Kind) -> Result<(), ValueError> {
    if is_placeholder(text) {
        let hint = "fill the template, or leave the field out if it has no value".to_owned();
        return Err(ValueError::with_hint(kind, Reason::Placeholder, hint));
    }
    Ok(())
}

/// Returns whether the whole text, without the spaces around it, is a placeholder.
///
/// The spelling is exact: `Null` is a surname, and a longer text may contain such a word.
fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    is_empty_value(text) || is_lost_text(text) || is_dummy(text) || is_unfilled(text)
}

/// Returns whether the text is the absent value of a programming language or a database.
fn is_empty_value(text: &str) -> bool {
    matches!(text, "NULL" | "null" | "NaN" | "\\N" | "undefined" | "[object Object]")
}

/// Returns whether the text consists of two or more question marks and spaces.
///
/// A conversion to an encoding without the characters of the text writes question marks.
fn is_lost_text(text: &str) -> bool {
    let marks = text.chars().filter(|character| *character == '?').count();
    marks >= 2 && text.chars().all(|character| character == '?' || character.is_whitespace())
}

/// Returns whether the text is a value of Meta's test leads: `<test lead: dummy data for full_name>`.
fn is_dummy(text: &str) -> bool {
    text.starts_with("<test lead:") && text.ends_with('>')
}

/// Returns whether the text consists of unfilled templates: `{{first_name}} {{last_name}}`.
fn is_unfilled(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let Some(length) = template(rest) else { return false };
        rest = rest[length..].trim_start();
    }
    !text.is_empty()
}

/// The delimiters of a template, and whether a text is possible between them.
type Template = (&'static str, &'static str, fn(&str) -> bool);

/// The longer opening delimiters are first.
const TEMPLATES: [Template; 5] = [
    ("{{{", "}}}", is_expression),
    ("{{", "}}", is_expression),
    ("${", "}", is_expression),
    ("{", "}", is_name),
    ("%", "%", is_variable),
];

/// Returns the length in bytes of the template at the start of the text, if there is one.
fn template(text: &str) -> Option<usize> {
    TEMPLATES.iter().find_map(|(open, close, is_content)| {
        let content = text.strip_prefix(open)?;
        let content = &content[..content.find(close)?];
        is_content(content.trim()).then_some(open.len() + content.len() + close.len())
    })
}

/// Returns whether the text is possible between `{{` and `}}`: `1.full_name`, `lead.name | upper`.
fn is_expression(text: &str) -> bool {
    !text.is_empty() && !text.contains(['{', '}'])
}

/// Returns whether the text is possible between `{` and `}`: `full_name`, `lead.name`, `0`.
fn is_name(text: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || "_.-".contains(character);
    !text.is_empty() && text.chars().all(is_part)
}

/// Returns whether the text is possible between `%` and `%`, unlike the 20 of `%20%`.
fn is_variable(text: &str) -> bool {
    is_name(text) && !text.starts_with(|character: char| character.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A placeholder of every kind.
    const PLACEHOLDERS: &[&str] = &[
        "NULL",
        "null",
        "NaN",
        "\\N",
        "undefined",
        "[object Object]",
        "{{name}}",
        "{{ contact.first_name }}",
        "{{1.full_name}}",
        "{{name|default:'x'}}",
        "{{{name}}}",
        "{{first_name}} {{last_name}}",
        "{{नाम}}",
        "{name}",
        "{lead.name}",
        "{0}",
        "%name%",
        "%FIRST_NAME%",
        "${name}",
        "${lead['name']}",
        "<test lead: dummy data for full_name>",
        "??",
        "???? ??",
        " undefined\n",
    ];

    #[test]
    fn d44_placeholders_are_recognised() {
        for text in PLACEHOLDERS {
            assert!(is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn d44_other_texts_are_not_placeholders() {
        for text in [
            "",
            " ",
            "Null",
            "nan",
            "N/A",
            "Undefined",
            "?",
            "Why??",
            "Hello {{name}}",
            "{{name}} Rao",
            "{call me after six}",
            "{}",
            "{{}}",
            "{{name}",
            "%20%",
            "100%",
            "50% or 60%",
            "%",
            "%%",
            "$5",
            "${}",
            "<test>",
            "[object Window]",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn d44_name_that_contains_a_placeholder_is_valid(
            index in 0..PLACEHOLDERS.len(),
            name in "[A-Z][a-z]{1,9}",
        ) {
            let placeholder = PLACEHOLDERS[index].trim();
            for text in [format!("{name} {placeholder}"), format!("{placeholder} {name}"),
                format!("{name}{placeholder}"), format!("{placeholder}{name}")] {
                proptest::prop_assert!(!is_placeholder(&text), "{text}");
            }
        }

        #[test]
        fn no_text_panics(text in "[{}%$?<>a-z .]*|\\PC*") {
            let _ = is_placeholder(&text);
        }
    }
}
