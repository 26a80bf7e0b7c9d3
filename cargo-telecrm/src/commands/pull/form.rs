//! Form of a file's text, which a pull keeps: byte-order mark and line ends.

/// What a text has beside its lines.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Form {
    byte_order_mark: bool,
    crlf: bool,
}

impl Form {
    /// The form of a text, and the text without it.
    pub(super) fn of(text: &str) -> (Self, String) {
        let plain = text.strip_prefix('\u{feff}');
        let form = Self { byte_order_mark: plain.is_some(), crlf: text.contains("\r\n") };
        (form, plain.unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n"))
    }

    /// A plain text in this form.
    pub(super) fn apply(self, text: &str) -> String {
        let text = if self.crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        if self.byte_order_mark { format!("\u{feff}{text}") } else { text }
    }
}

/// The text of a block mapping whose keys are indented, moved to the first column. `None` where the
/// keys do not begin lines of one indentation.
pub(super) fn moved_to_first_column(text: &str, keys: &[usize]) -> Option<String> {
    let indent_of = |&at: &usize| {
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let before = &text[line..at];
        before.bytes().all(|byte| byte == b' ').then_some(before.len())
    };
    let mut indents = keys.iter().map(indent_of);
    let indent = indents.next()??;
    if indent == 0 || indents.any(|it| it != Some(indent)) {
        return None;
    }
    let lines = text.split('\n').map(|line| {
        let spaces = line.bytes().take(indent).take_while(|byte| *byte == b' ').count();
        &line[spaces..]
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_taken_off_and_put_back() {
        for text in ["a\nb\n", "\u{feff}a\r\nb\r\n", "\u{feff}", "a\r\n", ""] {
            let (form, plain) = Form::of(text);
            assert!(!plain.contains(['\r', '\u{feff}']));
            assert_eq!(form.apply(&plain), text);
        }
    }

    #[test]
    fn an_indented_mapping_moves_as_a_whole() {
        let text = "# c\n   a:\n     - 1\n # d\n\n   b: 2\n";
        let keys = [text.find('a').expect("a"), text.find('b').expect("b")];
        assert_eq!(
            moved_to_first_column(text, &keys).as_deref(),
            Some("# c\na:\n  - 1\n# d\n\nb: 2\n")
        );
        assert_eq!(moved_to_first_column("a: 1\nb: 2\n", &[0, 5]), None);
        assert_eq!(moved_to_first_column(" a: 1\n  b: 2\n", &[1, 8]), None);
        assert_eq!(moved_to_first_column(" { a: 1,\n   b: 2 }\n", &[3, 12]), None);
    }
}
