//! Form of a text file, which an edit keeps: byte-order mark and line ends.

/// The form of a text, independent of its lines.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Form {
    byte_order_mark: bool,
    crlf: bool,
}

impl Form {
    /// Returns the form of a text, and the plain text.
    pub(crate) fn of(text: &str) -> (Self, String) {
        let plain = text.strip_prefix('\u{feff}');
        let form = Self { byte_order_mark: plain.is_some(), crlf: text.contains("\r\n") };
        (form, plain.unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n"))
    }

    /// Returns a plain text in this form.
    pub(crate) fn apply(self, text: &str) -> String {
        let text = if self.crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        if self.byte_order_mark { format!("\u{feff}{text}") } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_is_removed_and_restored() {
        for text in ["a\nb\n", "\u{feff}a\r\nb\r\n", "\u{feff}", "a\r\n", ""] {
            let (form, plain) = Form::of(text);
            assert!(!plain.contains(['\r', '\u{feff}']));
            assert_eq!(form.apply(&plain), text);
        }
        assert_eq!(Form::of("a\rb").1, "a\nb");
    }
}
