//! Detection of lines that are indented with characters other than spaces.
//!
//! YAML reads a no-break space as text. Such a line continues the previous scalar or starts a new
//! one, so the parser reports the mistake at a different position or not at all.

use crate::diagnostic::{Report, Rule, Span};
use crate::invisible::is_invisible;

/// Reports each line whose odd indentation is part of a bare scalar.
pub(super) fn check(bare: &[Span], report: &mut Report) {
    let source = report.source().clone();
    for (start, character) in odd_lines(source.text()) {
        // Tabs are allowed between tokens. Within a bare scalar, a separate line was intended.
        let is_text = |span: &Span| match character {
            '\t' => span.start < start && start < span.end,
            _ => span.start <= start && start < span.end,
        };
        if bare.iter().any(is_text) {
            add(start, character, report);
        }
    }
}

/// Reports the odd indentation that most likely caused a syntax error at byte `stopped`.
///
/// `is_tab` is true if the parser reports a tab. The parser then reports the token before the tab.
pub(super) fn explain(stopped: usize, is_tab: bool, report: &mut Report) -> bool {
    let source = report.source().clone();
    let text = source.text();
    let line_start = text[..stopped].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[stopped..].find('\n').map_or(text.len(), |at| stopped + at);
    let mut odd = odd_lines(text);
    let found = if is_tab {
        odd.find(|&(start, character)| character == '\t' && start >= line_start)
    } else {
        let before = odd.take_while(|&(start, _)| start < line_end);
        before.filter(|&(start, character)| character != '\t' || start >= line_start).last()
    };
    let Some((start, character)) = found else { return false };
    add(start, character, report);
    true
}

/// Returns the offset of the first odd character of each indentation, and the character.
fn odd_lines(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let indentation = line.trim_start_matches(' ');
        let at = start + line.len() - indentation.len();
        start += line.len();
        let first = indentation.chars().next()?;
        // A byte-order mark at the start of the file is not part of its text.
        let odd = is_odd(first) && !(at == 0 && first == '\u{FEFF}');
        (odd && !indentation.trim().is_empty()).then_some((at, first))
    })
}

fn is_odd(character: char) -> bool {
    !matches!(character, ' ' | '\n' | '\r')
        && (character.is_whitespace() || is_invisible(character))
}

fn add(start: usize, character: char, report: &mut Report) {
    let (name, label) = match character {
        '\t' => ("a tab".to_owned(), "a tab".to_owned()),
        '\u{A0}' => ("a no-break space (U+00A0)".to_owned(), "U+00A0".to_owned()),
        other => {
            let code = format!("U+{:04X}", u32::from(other));
            let kind = if other.is_whitespace() { "a space" } else { "an invisible character" };
            (format!("{kind} ({code})"), code)
        }
    };
    let column = report.source().position(start).1;
    let span = Span::new(start, start + character.len_utf8());
    report
        .add(
            Rule::OddIndentation,
            span,
            format!("this line is indented with {name} in column {column}"),
        )
        .set_label(label)
        .set_help("YAML indents only with plain spaces: replace the character; most editors can show invisible characters");
}
