//! What is written: values, and the spelling of a scalar that every YAML reader takes for the very
//! same text.

use std::fmt::Write as _;

use telecrm_schema::yaml::Tree;

/// A value to be written. Keys keep their order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Yaml {
    Null,
    /// A boolean or a number, by its spelling.
    Bare(String),
    Text(String),
    List(Vec<Yaml>),
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries.iter().find(|(it, _)| it == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a scalar.
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Bare(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// As the schema reader has it.
    pub(super) fn tree(&self) -> Tree {
        match self {
            Self::Null => Tree::Nothing,
            Self::Bare(text) | Self::Text(text) => Tree::Scalar(text.clone()),
            Self::List(items) => Tree::List(items.iter().map(Self::tree).collect()),
            Self::Map(entries) => {
                Tree::Mapping(entries.iter().map(|(key, it)| (key.clone(), it.tree())).collect())
            }
        }
    }

    /// What the reader has, to be written again.
    pub(super) fn of(tree: &Tree) -> Self {
        match tree {
            Tree::Scalar(text) => Self::Text(text.clone()),
            Tree::List(items) => Self::List(items.iter().map(Self::of).collect()),
            Tree::Mapping(entries) => {
                Self::Map(entries.iter().map(|(key, it)| (key.clone(), Self::of(it))).collect())
            }
            // Nothing, and what a later version of the reader may know.
            _ => Self::Null,
        }
    }

    /// All in one line.
    pub(super) fn flow(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bare(text) => text.clone(),
            Self::Text(text) => scalar(text),
            Self::List(items) => {
                let items: Vec<_> = items.iter().map(Self::flow).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Map(entries) if entries.is_empty() => "{}".to_owned(),
            Self::Map(entries) => {
                let entries =
                    entries.iter().map(|(key, it)| format!("{}: {}", self::key(key), it.flow()));
                format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// A key; one that is too long for the short form says that it is one, which only stands in braces.
pub(super) fn key(text: &str) -> String {
    let spelled = scalar(text);
    // YAML looks 1,024 characters ahead for the colon.
    if spelled.chars().count() > 1_000 { format!("? {spelled} ") } else { spelled }
}

/// A text, bare where that is safe in any place of any YAML file.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let starts = first.is_alphanumeric()
        || matches!(first, '_' | '(' | '/' | '$')
        || (!first.is_ascii() && !first.is_whitespace());
    starts
        && !text.ends_with(char::is_whitespace)
        && !text.contains(" #")
        && !text.chars().any(|it| is_special(it) || !is_shown(it))
        && !is_word(text)
        && !is_numeric(text)
}

/// Characters that mean something somewhere.
fn is_special(character: char) -> bool {
    matches!(character, ':' | ',' | '[' | ']' | '{' | '}' | '"')
}

/// Whether a person sees the character, and sees it where it stands.
fn is_shown(character: char) -> bool {
    // Invisible, turning the direction of what follows, or of private meaning. The joiners stay
    // (U+200C, U+200D): Indic scripts and emoji need them.
    let hidden = matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{ffff}'
            | '\u{e0000}'..
    );
    character == ' ' || !(hidden || character.is_control() || character.is_whitespace())
}

/// Words that YAML, in one version or another, reads as something else.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 12] =
        ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Numbers and dates of any YAML version, and what looks like one.
fn is_numeric(text: &str) -> bool {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    ["0x", "0o", "0b"].iter().any(|prefix| lower.starts_with(prefix))
        || lower.bytes().all(|it| it.is_ascii_digit() || b"_.+-e /".contains(&it))
        || (lower.len() > 4
            && lower.as_bytes()[..4].iter().all(u8::is_ascii_digit)
            && lower.as_bytes()[4] == b'-')
}

/// In double quotes: the only style that can say everything.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            it if is_shown(it) => quoted.push(it),
            it => {
                let code = u32::from(it);
                // A `String` takes all that is written to it.
                let _ = match code {
                    0..=0xff => write!(quoted, "\\x{code:02X}"),
                    0x100..=0xffff => write!(quoted, "\\u{code:04X}"),
                    _ => write!(quoted, "\\U{code:08X}"),
                };
            }
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use telecrm_schema::Schema;
    use telecrm_schema::yaml::Outline;

    use super::*;

    #[test]
    fn what_people_write_stays_bare() {
        for text in [
            "Website",
            "Cold Call",
            "R & D",
            "N/A",
            "A+",
            "A-",
            "Bob's",
            "हिन्दी माध्यम",
            "₹5–10 Lakh",
            "🔥",
            "62ab16e0f1c2d3e4f5a6b7c8",
            "opt_1",
            "10th marks",
            "3 BHK",
            "ACTION_1001",
            "C#",
            "50%",
            "a@b.example",
            "(none)",
            "yes please",
            "Walk-in",
            "क्‍ष",
        ] {
            assert_eq!(scalar(text), text);
        }
    }

    #[test]
    fn what_yaml_would_read_otherwise_is_quoted() {
        for text in [
            "",
            " ",
            " a",
            "a ",
            "Yes",
            "no",
            "ON",
            "null",
            "~",
            "Null",
            "1.50",
            "010",
            "1e3",
            "0x1F",
            "1_000",
            "2024-01-01",
            "2024-01-01T10",
            "12/05/2024",
            ".5",
            ".inf",
            "-1",
            "+1",
            "10+",
            "- a",
            "-",
            "a: b",
            "a:",
            "a #b",
            "#1",
            "a, b",
            "[a",
            "a]",
            "{a",
            "a}",
            "* a",
            "&a",
            "!a",
            "|",
            ">",
            "'a",
            "\"a",
            "a\"b",
            "%a",
            "@a",
            "`a",
            "?",
            "=",
            "<<",
            "10:30",
            "a\nb",
            "a\tb",
            "\u{a0}a",
            "a\u{200b}",
            "\u{feff}a",
            "\u{202e}a",
            "a\u{85}b",
            "\u{2028}",
            "\u{7f}",
            "\u{0}",
            "\u{e000}",
            "\u{10ffff}",
            "nan",
            "y",
        ] {
            let spelled = scalar(text);
            assert!(spelled.starts_with('"') && spelled.ends_with('"'), "{text:?}: {spelled}");
            assert!(spelled.chars().all(is_shown), "{spelled:?}");
        }
    }

    /// Text that is likely to be misread, among any text.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<char>().prop_map(String::from),
            "[ -~]",
            prop::sample::select(vec![
                "null", "Yes", "~", "1", ".", "-", "- ", ": ", " #", ":", "#", "\n", "\r\n", "\t",
                " ", "\"", "'", "\\", "[", "]", "{", "}", ",", "?", "? ", "\u{85}", "\u{2028}",
                "\u{feff}", "\u{200d}", "\u{0}", "e", "0x", "---", "...", "%", "@", "`", "<<", "*",
                "&", "!", "|", ">", "हि", "🔥",
            ])
            .prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_read_back_in_any_place(text in text()) {
            let value = Yaml::Text(text.clone());
            let map = Yaml::Map(vec![("a".to_owned(), value.clone()), (text.clone(), Yaml::List(vec![value]))]);
            let (key, scalar) = (key(&text), scalar(&text));
            let yaml = format!("flow: {}\nblock:\n  - {scalar}\n  - x: {scalar}\n    y: 1\n  - {key}: {scalar} # c\n", map.flow());
            let tree = Outline::read("any", &yaml).map_err(|error| TestCaseError::fail(format!("{error}\n{yaml}")))?.tree();
            prop_assert_eq!(tree.get("flow"), Some(&map.tree()), "{}", yaml);
            let block = tree.get("block").map(Tree::items).unwrap_or_default();
            prop_assert_eq!(block[0].as_str(), Some(text.as_str()));
            prop_assert_eq!(block[1].get("x").and_then(Tree::as_str), Some(text.as_str()));
            prop_assert_eq!(block[2].get(&text).and_then(Tree::as_str), Some(text.as_str()));
        }

        #[test]
        fn a_workspace_has_the_very_same_labels(label in text()) {
            let text = Yaml::Text(label.clone()).flow();
            let yaml = format!(
                "customFields:\n  - {{ apiName: phone, type: PHONE, isLeadid: true }}\n  - {{ apiName: a, type: TAGS, description: {text}, options: [{text}, Other] }}\n"
            );
            let workspace = Schema::from_yaml(&yaml).map_err(|error| TestCaseError::fail(format!("{error}")))?;
            let field = &workspace.tree.get("customFields").map(Tree::items).unwrap_or_default()[1];
            prop_assert_eq!(field.get("description").and_then(Tree::as_str), Some(label.as_str()));
            prop_assert_eq!(field.get("options").map(Tree::items).unwrap_or_default()[0].as_str(), Some(label.as_str()));
        }
    }

    #[test]
    fn a_key_of_any_length_is_read_back_in_braces() {
        for length in [999, 1_000, 1_023, 1_024, 1_025, 5_000] {
            let name = "n".repeat(length);
            let map = Yaml::Map(vec![(name.clone(), Yaml::Text("x".to_owned()))]);
            let yaml = format!("flow: {}\n", map.flow());
            let tree = Outline::read("any", &yaml).expect(&yaml).tree();
            assert_eq!(tree.get("flow"), Some(&map.tree()));
        }
    }
}
