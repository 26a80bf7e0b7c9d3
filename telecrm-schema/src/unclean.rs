//! Detection of names and labels with bytes that their author probably did not intend (D38).

use crate::diagnostic::{Report, Rule, Span, quoted};
use crate::invisible::{is_blank, is_empty, is_invisible, is_joiner};
use crate::yaml;

/// Warns of a name or label with surrounding spaces, line breaks, invisible characters or
/// typographic quotes. It is still sent exactly as in the file.
pub(crate) fn warn(rule: Rule, noun: &str, text: &str, span: Span, report: &mut Report) {
    let Some(unclean) = Unclean::find(text) else { return };
    let message = format!("the {noun} {} has {}", quoted(text), unclean.findings());
    report.add(rule, span, message).set_label("sent to telecrm unchanged").set_help(format!(
        "telecrm compares byte for byte; unless telecrm has exactly the same bytes, write: {}",
        yaml::scalar(&unclean.clean)
    ));
}

/// Findings in a text, and the corrected text.
#[derive(Debug, PartialEq, Eq)]
struct Unclean {
    findings: Vec<String>,
    clean: String,
}

impl Unclean {
    /// Returns `None` if the text is clean or blank.
    fn find(text: &str) -> Option<Self> {
        if is_blank(text) {
            return None;
        }
        let mut found = Self { findings: Vec::new(), clean: text.to_owned() };
        loop {
            let before = found.clean.clone();
            found.remove_hidden();
            found.trim();
            found.unquote();
            // The text inside the quotes may have surrounding spaces too.
            if found.clean == before {
                break;
            }
        }
        (found.clean != text).then_some(found)
    }

    fn findings(&self) -> String {
        match self.findings.split_last() {
            None => String::new(),
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        }
    }

    fn add(&mut self, finding: String) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// Removes invisible characters, and replaces a line break or tab with a space.
    fn remove_hidden(&mut self) {
        let text = std::mem::take(&mut self.clean);
        let mut before: Option<char> = None;
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let next = characters.peek().copied();
            if is_line_break(character) || character == '\t' {
                let noun = if character == '\t' { "a tab" } else { "a line break" };
                self.add(noun.to_owned());
                while characters.next_if_eq(&' ').is_some() {}
                if !self.clean.ends_with(char::is_whitespace) {
                    self.clean.push(' ');
                }
                before = Some(' ');
            } else if character.is_control() {
                self.add(format!("a control character ({})", code_point(character)));
            } else if is_joiner(character) && !joins(before, next)
                || is_invisible(character) && !is_flag_part(character, before)
            {
                self.add(format!("an invisible character ({})", code_point(character)));
            } else {
                self.clean.push(character);
                before = Some(character);
            }
        }
    }

    fn trim(&mut self) {
        let trimmed = self.clean.trim();
        if trimmed.len() == self.clean.len() {
            return;
        }
        let trimmed = trimmed.to_owned();
        let text = std::mem::replace(&mut self.clean, trimmed);
        let first = text.chars().next().filter(|character| character.is_whitespace());
        let last = text.chars().next_back().filter(|character| character.is_whitespace());
        // The space from a line break or tab is already in the findings.
        let is_break = |finding: &String| finding == "a line break" || finding == "a tab";
        let has_break = self.findings.iter().any(is_break);
        match (first, last) {
            (Some(first), Some(last)) if first == last && !(has_break && first == ' ') => {
                self.add(format!("{} at both ends", space(first)));
            }
            _ => {
                for (end, character) in [("start", first), ("end", last)] {
                    let character = character.filter(|&space| !(has_break && space == ' '));
                    if let Some(character) = character {
                        self.add(format!("{} at its {end}", space(character)));
                    }
                }
            }
        }
    }

    /// Removes typographic quotes around the whole text.
    fn unquote(&mut self) {
        let mut inner = self.clean.chars();
        let around = [inner.next(), inner.next_back()];
        let inner = inner.as_str();
        let around = around.into_iter().all(|character| character.is_some_and(is_quote));
        // In `“A” or “B”` the outer quotes belong to different words.
        let is_inner_quote =
            |character: char| is_quote(character) && !matches!(character, '’' | '‘');
        if around && !inner.contains(is_inner_quote) && !is_blank(inner) {
            self.clean = inner.to_owned();
            self.add("typographic quotes around it".to_owned());
        }
    }
}

fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

fn space(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        '\u{A0}' => "a no-break space (U+00A0)".to_owned(),
        '\u{3000}' => "an ideographic space (U+3000)".to_owned(),
        other => format!("a space ({})", code_point(other)),
    }
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Returns whether a joiner is between letters or emoji.
fn joins(before: Option<char>, next: Option<char>) -> bool {
    let can_join = |character: char| {
        let is_symbol = !(character.is_ascii() || is_empty(character) || is_quote(character));
        character.is_alphabetic() || is_symbol
    };
    before.is_some_and(can_join) && next.is_some_and(can_join)
}

/// Returns whether a tag character is part of the flag of England, Scotland or Wales.
fn is_flag_part(character: char, before: Option<char>) -> bool {
    const BLACK_FLAG: char = '\u{1F3F4}';
    let is_tag = |character: char| matches!(character, '\u{E0020}'..='\u{E007F}');
    is_tag(character) && before.is_some_and(|before| before == BLACK_FLAG || is_tag(before))
}

fn is_quote(character: char) -> bool {
    matches!(
        character,
        '«' | '»'
            | '‘'..='‟'
            | '‹'
            | '›'
            | '❛'..='❠'
            | '「'..='』'
            | '〝'..='〟'
            | '＂'
            | '＇'
            | '⹂'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn unclean(text: &str, findings: &str, clean: &str) {
        let found = Unclean::find(text).unwrap_or_else(|| panic!("{text:?} is not clean"));
        assert_eq!(
            (found.findings().as_str(), found.clean.as_str()),
            (findings, clean),
            "{text:?}"
        );
    }

    #[test]
    fn d38_findings_are_reported_and_removed() {
        unclean("Website ", "a space at its end", "Website");
        unclean("\u{A0}Website\u{A0}", "a no-break space (U+00A0) at both ends", "Website");
        unclean("\u{3000}東京", "an ideographic space (U+3000) at its start", "東京");
        unclean("a\u{2003}", "a space (U+2003) at its end", "a");
        unclean("Website\n", "a line break", "Website");
        unclean("Cold\r\nCall", "a line break", "Cold Call");
        unclean("Cold \u{2028} Call", "a line break", "Cold Call");
        unclean("a\tb", "a tab", "a b");
        unclean("a\u{7}b", "a control character (U+0007)", "ab");
        unclean("a\u{200B}b", "an invisible character (U+200B)", "ab");
        unclean("\u{FEFF}a", "an invisible character (U+FEFF)", "a");
        unclean("a\u{2060}", "an invisible character (U+2060)", "a");
        unclean(
            "\u{202E}abc\u{202C}",
            "an invisible character (U+202E) and an invisible character (U+202C)",
            "abc",
        );
        unclean("“Website”", "typographic quotes around it", "Website");
        unclean("„Website“", "typographic quotes around it", "Website");
        unclean("« Website »", "typographic quotes around it and a space at both ends", "Website");
        unclean("‘Parents’ evening’", "typographic quotes around it", "Parents’ evening");
        unclean(" “a” ", "a space at both ends and typographic quotes around it", "a");
    }

    #[test]
    fn d38_joiners_between_letters_and_emoji_are_clean() {
        for text in [
            "क्‍ष",
            "می‌خواهم",
            "👩‍💻",
            "🏳️‍🌈",
            "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
            "1️⃣",
            "Auf\u{200C}lage",
        ] {
            assert_eq!(Unclean::find(text), None, "{text:?}");
        }
        unclean("Web\u{200D}", "an invisible character (U+200D)", "Web");
        unclean("\u{200C}Web", "an invisible character (U+200C)", "Web");
        unclean("1\u{200D}2", "an invisible character (U+200D)", "12");
    }

    #[test]
    fn d38_common_labels_are_clean() {
        for text in [
            "R & D",
            "10+",
            "₹5–10 Lakh",
            "N/A",
            "Parents’ evening",
            "’90s",
            "“A” or “B”",
            "हाँ",
            "“”",
            "Plot 5”",
            "a\u{A0}b",
            "\"Website\"",
            " ",
            "\u{200B}",
        ] {
            assert_eq!(Unclean::find(text), None, "{text:?}");
        }
    }

    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<char>().prop_map(String::from),
            prop::sample::select(vec![
                "a", " ", "\n", "\t", "\u{A0}", "\u{200B}", "\u{200D}", "“", "”", "’", "«", "»",
                "क्", "👩", "\u{3000}",
            ])
            .prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn d38_suggested_text_is_clean(text in text()) {
            if let Some(found) = Unclean::find(&text) {
                prop_assert!(!found.findings.is_empty());
                prop_assert_eq!(Unclean::find(&found.clean), None, "{:?}", found.clean);
                prop_assert!(!is_blank(&found.clean), "{:?}", found.clean);
            }
        }
    }
}
