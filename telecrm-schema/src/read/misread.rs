//! Detection of bare text that YAML probably reads differently from its author's intention.
//!
//! YAML ends a bare text at a colon, a comma or a comment, without an error.

use super::reader::Reader;
use crate::diagnostic::{Rule, Span, quoted};
use crate::yaml::{self, Node, Value};

impl Reader<'_> {
    /// Reports a bare text that YAML reads as a key and a value: `- Morning: 9 to 11`.
    pub(super) fn colon_in_text(&mut self, node: &Node, subject: &str) -> bool {
        let Value::Mapping(entries) = &node.value else { return false };
        let [(key, value)] = entries.as_slice() else { return false };
        let (Value::Scalar(_), Value::Scalar(_) | Value::Null) = (&key.value, &value.value) else {
            return false;
        };
        let source = self.report.source();
        if source.text()[node.span.start..].starts_with('{') {
            return false;
        }
        let end = value.span.end.max(key.span.end);
        let Some(text) = source.text().get(key.span.start..end) else { return false };
        // In `Morning:` the colon is after the span of the key, and the value is empty.
        let colon = if text.contains(':') { "" } else { ":" };
        let text = format!("{}{colon}", text.trim_end());
        if text.contains('\n') || text.starts_with(['"', '\'', '&', '*', '!', '?']) {
            return false;
        }
        let span = Span::new(key.span.start, end);
        self.report
            .add(
                Rule::ColonInText,
                span,
                format!("YAML reads {} as a key and its value, not as {subject}", quoted(&text)),
            )
            .set_label("a colon and a space make a key")
            .set_help(format!("put the text in quotes: {}", yaml::scalar(&text)));
        true
    }

    /// Warns if YAML probably reads only a part of a bare label.
    pub(super) fn misread_label(&mut self, span: Span) {
        let source = self.report.source().clone();
        let (text, label) = (source.text(), source.at(span));
        if label.starts_with(['"', '\'', '*', '|', '>', '&', '!']) {
            return;
        }
        // The end of the label, not of the line: a schema may be a single line.
        let rest = &text[span.end..];
        let comment = rest.trim_start_matches([' ', '\t']);
        let hides_more =
            |comment: &str| comment.starts_with(|next: char| !next.is_whitespace() && next != '#');
        if comment.len() < rest.len() && comment.strip_prefix('#').is_some_and(hides_more) {
            let after = rest.lines().next().unwrap_or_default();
            let whole = format!("{label}{}", after.trim_end());
            let message = format!("YAML reads {} here: the rest is a comment", quoted(label));
            let at = Span::new(
                span.end + after.len() - after.trim_start().len(),
                span.end + after.len(),
            );
            self.report
                .add(Rule::CommentAfterLabel, at, message)
                .set_label("not part of the label")
                .set_help(format!(
                    "if it belongs to the label, put all of it in quotes: {}; if it is a comment, \
                     write a space after the `#`",
                    yaml::scalar(&whole)
                ));
            return;
        }
        let before = &text[..span.start];
        let is_split = |before: &str, after: &str| {
            before.strip_suffix(',').is_some_and(|start| start.ends_with(char::is_numeric))
                && after.starts_with(char::is_numeric)
        };
        if !is_split(before, label) {
            return;
        }
        // `₹5,000–₹10,000` gets one warning, although it has several commas.
        let comma = Span::new(span.start - 1, span.end);
        if self.comma_label_end.replace(span.end) == Some(comma.start) {
            return;
        }
        let start = before.rfind(['[', '\n', ' ']).map_or(0, |at| at + 1);
        let mut end = span.end;
        while let Some(next) =
            text[end..].strip_prefix(',').filter(|rest| is_split(&text[..=end], rest))
        {
            end = next.find([',', ']', '\n']).map_or(text.len(), |at| end + 1 + at);
        }
        let message = format!("YAML ends a label at this comma; the next one is {}", quoted(label));
        self.report
            .add(Rule::CommaInLabel, comma, message)
            .set_label("a new label starts here")
            .set_help(format!(
                "if the comma belongs to the label, put all of it in quotes: {}; if not, write a \
                 space after the comma",
                yaml::scalar(&text[start..end])
            ));
    }
}
