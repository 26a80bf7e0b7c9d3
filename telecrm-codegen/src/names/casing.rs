//! Conversion of names from telecrm to Rust identifiers in ASCII.

use std::fmt::Write as _;

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

/// Case of an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// `contact_source`: fields, setters, modules.
    Snake,
    /// `ContactSource`: types and variants.
    Camel,
}

impl Style {
    /// Converts a name. The result is an identifier, unless it is a keyword; see [`escape`].
    pub(crate) fn spell(self, name: &str) -> String {
        let ascii = to_ascii(name);
        let spelled = match self {
            Self::Snake => words(&ascii).map(str::to_snake_case).collect::<Vec<_>>().join("_"),
            Self::Camel => camel(words(&ascii)),
        };
        let spelled = if spelled.is_empty() { self.code_points(name) } else { spelled };
        if spelled.starts_with(|first: char| first.is_ascii_digit()) {
            format!("_{spelled}")
        } else {
            spelled
        }
    }

    /// Converts a part that [`extend`](Self::extend) adds to a name.
    ///
    /// Unlike a name, the part may start with a digit.
    pub(crate) fn spell_part(self, part: &str) -> String {
        let mut spelled = self.spell(part);
        let underscores = spelled.len() - spelled.trim_start_matches('_').len();
        spelled.drain(..underscores);
        spelled
    }

    /// Adds a part to a name: `Website2`, `_10_2`, `contact_source_2`.
    fn extend(self, name: &str, part: &str) -> String {
        let both_digits = name.ends_with(|last: char| last.is_ascii_digit())
            && part.starts_with(|first: char| first.is_ascii_digit());
        match self {
            Self::Camel if !both_digits => format!("{name}{part}"),
            _ => format!("{name}_{part}"),
        }
    }

    /// Adds a number to a name, after a clash.
    pub(crate) fn numbered(self, name: &str, number: usize) -> String {
        self.extend(name, &number.to_string())
    }

    /// Adds another name to a name, after a clash.
    pub(crate) fn joined(self, name: &str, part: &str) -> String {
        self.extend(name, &self.spell_part(part))
    }

    /// Builds a name from code points, for text without letters and digits.
    fn code_points(self, name: &str) -> String {
        const MAX_CHARACTERS: usize = 4;
        let mut spelled = String::new();
        for character in name.chars().take(MAX_CHARACTERS) {
            let _ = write!(spelled, "U{:04X}", u32::from(character));
        }
        match (self, spelled.is_empty()) {
            (Self::Camel, true) => "Blank".to_owned(),
            (Self::Snake, true) => "blank".to_owned(),
            (Self::Camel, false) => spelled,
            (Self::Snake, false) => spelled.to_ascii_lowercase(),
        }
    }
}

/// Makes a keyword an identifier: `r#type`, or `self_` if it cannot be raw.
pub(crate) fn escape(name: &str) -> String {
    match name {
        "self" | "super" | "crate" | "Self" | "_" => format!("{name}_"),
        _ if KEYWORDS.contains(&name) => format!("r#{name}"),
        _ => name.to_owned(),
    }
}

/// Removes the `r#` of a raw identifier.
pub(crate) fn plain(ident: &str) -> &str {
    ident.strip_prefix("r#").unwrap_or(ident)
}

/// Strict and reserved keywords of the editions 2015 to 2024.
const KEYWORDS: [&str; 49] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield", "union",
];

/// Transliterates to ASCII, and replaces symbols such as `+` with words.
fn to_ascii(name: &str) -> String {
    let mut ascii = String::with_capacity(name.len());
    // `₹` becomes `Rupees` below; `deunicode` would make it `Rs`.
    for part in name.split_inclusive('₹') {
        let text = part.strip_suffix('₹');
        ascii.push_str(&deunicode::deunicode_with_tofu_cow(text.unwrap_or(part), " "));
        if text.is_some() {
            ascii.push('₹');
        }
    }
    let trimmed = ascii.trim_end();
    let (body, minus) = match trimmed.strip_suffix('-') {
        Some(body) => (body, true),
        None => (trimmed, false),
    };
    let mut spelled = String::with_capacity(body.len() + 16);
    for character in body.chars() {
        match character {
            '+' => spelled.push_str(" Plus "),
            '&' => spelled.push_str(" And "),
            '%' => spelled.push_str(" Percent "),
            '₹' => spelled.push_str(" Rupees "),
            '#' => spelled.push_str(" Hash "),
            '<' => spelled.push_str(" LessThan "),
            '>' => spelled.push_str(" GreaterThan "),
            _ if character.is_ascii_alphanumeric() => spelled.push(character),
            _ => spelled.push(' '),
        }
    }
    if minus {
        spelled.push_str(" Minus");
    }
    spelled
}

fn words(ascii: &str) -> impl Iterator<Item = &str> {
    ascii.split_ascii_whitespace()
}

/// Joins words, with `_` between digits: `5–10` is not `510`.
fn camel<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for word in words {
        let word = word.to_upper_camel_case();
        joined = if joined.is_empty() { word } else { Style::Camel.extend(&joined, &word) };
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn camel_is(name: &str, expected: &str) {
        assert_eq!(Style::Camel.spell(name), expected, "{name:?}");
    }

    #[track_caller]
    fn snake_is(name: &str, expected: &str) {
        assert_eq!(Style::Snake.spell(name), expected, "{name:?}");
    }

    #[test]
    fn names_have_the_case_of_rust_identifiers() {
        camel_is("Cold Call", "ColdCall");
        camel_is("contact_source", "ContactSource");
        camel_is("VIP", "Vip");
        camel_is("JEE Main", "JeeMain");
        camel_is("WhatsApp", "WhatsApp");
        camel_is("N/A", "NA");
        camel_is("Walk-in", "WalkIn");
        snake_is("Preferred Date", "preferred_date");
        snake_is("addressLine2", "address_line2");
        snake_is("UTM Source", "utm_source");
    }

    #[test]
    fn symbols_become_words() {
        camel_is("R & D", "RAndD");
        camel_is("A+", "APlus");
        camel_is("A-", "AMinus");
        camel_is("A -", "AMinus");
        camel_is("50%", "_50Percent");
        camel_is("#1", "Hash1");
        camel_is("<5", "LessThan5");
        camel_is(">5", "GreaterThan5");
        camel_is("₹5–10 Lakh", "Rupees5_10Lakh");
        camel_is("10+", "_10Plus");
        snake_is("10+", "_10_plus");
        camel_is("-", "Minus");
    }

    #[test]
    fn other_scripts_are_transliterated() {
        camel_is("हाँ", "HaaN");
        snake_is("नाम", "naam");
        camel_is("Москва", "Moskva");
        camel_is("北京", "BeiJing");
        camel_is("Ünïcode", "Unicode");
        camel_is("🔥", "Fire");
    }

    #[test]
    fn text_without_letters_and_digits_is_named_by_its_code_points() {
        camel_is("\u{200B}", "U200B");
        snake_is("\u{200B}", "u200b");
        camel_is("…!", "U2026U0021");
        camel_is("   ", "U0020U0020U0020");
        camel_is("", "Blank");
    }

    #[test]
    fn digits_of_two_words_are_separated() {
        camel_is("5 10", "_5_10");
        camel_is("510", "_510");
        snake_is("5 10", "_5_10");
    }

    #[test]
    fn keywords_become_raw_identifiers_if_possible() {
        assert_eq!(escape("type"), "r#type");
        assert_eq!(escape("gen"), "r#gen");
        assert_eq!(escape("self"), "self_");
        assert_eq!(escape("Self"), "Self_");
        assert_eq!(escape("name"), "name");
    }

    #[test]
    fn every_converted_name_is_an_identifier() {
        for name in ["", " ", "9", "-", "_", "__", "हाँ", "\u{202E}abc", "a'b", "self", "Self", "🙂"]
        {
            for style in [Style::Camel, Style::Snake] {
                let spelled = escape(&style.spell(name));
                assert!(syn::parse_str::<syn::Ident>(&spelled).is_ok(), "{name:?} → {spelled:?}");
            }
        }
    }
}
