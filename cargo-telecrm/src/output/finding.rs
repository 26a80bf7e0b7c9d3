//! One finding in a file, as an annotation of GitHub Actions.

use telecrm_schema::escaped;

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// The finding fails the command.
    Error,
    /// The finding does not fail the command.
    Warning,
}

/// One finding with its position.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finding<'a> {
    /// The severity.
    pub(crate) severity: Severity,
    /// The file as the user named it.
    pub(crate) file: &'a str,
    /// The line, from 1.
    pub(crate) line: u64,
    /// The column, from 1.
    pub(crate) column: u64,
    /// The rule, by its stable id.
    pub(crate) rule: &'a str,
    /// The description of the mistake, which may have several lines.
    pub(crate) message: &'a str,
}

impl Finding<'_> {
    /// One line: `::error file=a.yaml,line=3,col=5,title=rule::message`.
    ///
    /// Percent signs, line breaks, colons and commas are escaped for the runner. Other control and invisible
    /// characters are escaped like all text from users.
    pub(crate) fn annotation(&self) -> String {
        let command = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        format!(
            "::{command} file={},line={},col={},title={}::{}\n",
            property(self.file),
            self.line,
            self.column,
            property(self.rule),
            data(self.message),
        )
    }
}

fn data(text: &str) -> String {
    let lines: Vec<String> =
        text.split('\n').map(|line| escaped(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotation_of_any_text_is_one_line() {
        let finding = Finding {
            severity: Severity::Error,
            file: "a,b:c.yaml",
            line: 3,
            column: 5,
            rule: "unknown-key",
            message: "100 % wrong\n::error::forged\r\u{1b}",
        };
        assert_eq!(
            finding.annotation(),
            "::error file=a%2Cb%3Ac.yaml,line=3,col=5,title=unknown-key::100 %25 wrong%0A\
             ::error::forged\\u{d}\\u{1b}\n"
        );
    }
}
