//! Lines indented with something other than spaces.
//!
//! To YAML a no-break space is text, so such a line goes on with the scalar above it or starts one
//! of its own, and the mistake shows elsewhere or not at all.

use crate::diagnostic::{Report, Rule, Span};
use crate::invisible::is_invisible;

/// Reports a line whose odd indentation is part of one of the bare scalars.
pub(super) fn check(bare: &[Span], report: &mut Report) {
    let source = report.source().clone();
    for (start, character) in odd_lines(source.text()) {
        // Tabs between tokens are allowed; within a bare scalar, a line was meant.
        let is_text = |span: &Span| match character {
            '\t' => span.start < start && start < span.end,
            _ => span.start <= start && start < span.end,
        };
        if bare.iter().any(is_text) {
            add(start, character, report);
        }
    }
}

/// Reports the odd indentation that most likely is why reading stopped at a byte. `is_tab` is
/// whether the library blames a tab, of which it names the token before.
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

/// The first odd character of each indentation, and where it is.
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
        .label(label)
        .with_help("YAML indents with the space bar's space only: replace it; most editors can show invisible characters");
}
