//! D38: names and labels whose bytes are probably not what was meant.

use crate::diagnostic::{Report, Rule, Span, quoted};
use crate::invisible::{is_blank, is_empty, is_invisible, is_joiner};
use crate::yaml;

/// Warns of a name or label with spaces around it, line breaks, characters that nobody sees, or
/// typographic quotes. It is still sent as the file spells it.
pub(crate) fn warn(rule: Rule, what: &str, text: &str, span: Span, report: &mut Report) {
    let Some(unclean) = Unclean::find(text) else { return };
    let message = format!("the {what} {} has {}", quoted(text), unclean.findings());
    report.add(rule, span, message).label("sent to telecrm like this").with_help(format!(
        "telecrm matches byte for byte; unless telecrm has it like this too, write: {}",
        yaml::scalar(&unclean.clean)
    ));
}

/// The fault in a text, and the text without it.
#[derive(Debug, PartialEq, Eq)]
struct Unclean {
    findings: Vec<String>,
    clean: String,
}

impl Unclean {
    /// `None` where the text is clean, or has nothing to be cleaned for.
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
            // The text inside the quotes may have spaces around it in turn.
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

    /// Takes out what nobody sees; a line break or tab is a space.
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
        let first = text.chars().next().filter(|it| it.is_whitespace());
        let last = text.chars().next_back().filter(|it| it.is_whitespace());
        // The space that a line break became has been named already.
        let has_break = self.findings.iter().any(|it| it == "a line break" || it == "a tab");
        match (first, last) {
            (Some(first), Some(last)) if first == last && !(has_break && first == ' ') => {
                self.add(format!("{} at both ends", space(first)));
            }
            _ => {
                for (end, it) in [("start", first), ("end", last)] {
                    if let Some(it) = it.filter(|&it| !(has_break && it == ' ')) {
                        self.add(format!("{} at its {end}", space(it)));
                    }
                }
            }
        }
    }

    /// Takes off typographic quotes that stand around the whole text.
    fn unquote(&mut self) {
        let mut inner = self.clean.chars();
        let around = [inner.next(), inner.next_back()];
        let inner = inner.as_str();
        let around = around.into_iter().all(|it| it.is_some_and(is_quote));
        // In `“A” or “B”` the two belong to different words.
        let elsewhere = |it: char| is_quote(it) && !matches!(it, '’' | '‘');
        if around && !inner.contains(elsewhere) && !is_blank(inner) {
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

/// Whether a joiner stands between letters or emoji.
fn joins(before: Option<char>, next: Option<char>) -> bool {
    let joined = |it: char| it.is_alphabetic() || !(it.is_ascii() || is_empty(it) || is_quote(it));
    before.is_some_and(joined) && next.is_some_and(joined)
}

/// Tag characters spell the flags of England, Scotland and Wales after a black flag.
fn is_flag_part(character: char, before: Option<char>) -> bool {
    let is_tag = |it: char| matches!(it, '\u{E0020}'..='\u{E007F}');
    is_tag(character) && before.is_some_and(|it| it == '\u{1F3F4}' || is_tag(it))
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
    fn d38_what_is_wrong_is_named_and_taken_out() {
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
    fn d38_joiners_between_letters_and_emoji_are_needed() {
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
    fn d38_what_labels_really_hold_is_clean() {
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
        fn d38_what_is_suggested_is_clean(text in text()) {
            if let Some(found) = Unclean::find(&text) {
                prop_assert!(!found.findings.is_empty());
                prop_assert_eq!(Unclean::find(&found.clean), None, "{:?}", found.clean);
                prop_assert!(!is_blank(&found.clean), "{:?}", found.clean);
            }
        }
    }
}
