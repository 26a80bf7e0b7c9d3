//! Messages for YAML errors, written for authors of schemas.

use serde_yaml::granit_parser::ErrorKind;

use super::indentation;
use super::tree::Fault;
use crate::diagnostic::{Report, Rule, Span};

/// Reports the fault that prevents reading the text.
pub(super) fn explain(fault: &Fault, report: &mut Report) {
    let (start, is_tab) = match fault {
        Fault::Syntax(error) => {
            (error.marker().byte_offset().unwrap_or_default(), is_tab(error.kind()))
        }
        Fault::TooDeep(span)
        | Fault::TooManyNodes(span)
        | Fault::TooManyCopies(span)
        | Fault::EndlessAlias(span)
        | Fault::NotMergeable(span)
        | Fault::SecondDocument(span) => (span.start, false),
    };
    let Words { rule, message, label, help } = words(fault);
    if rule == Rule::YamlSyntax && indentation::explain(start, is_tab, report) {
        return;
    }
    report.add(rule, Span::new(start, start), message).set_label(label).set_help(help);
}

struct Words {
    rule: Rule,
    message: String,
    label: &'static str,
    help: &'static str,
}

impl Words {
    fn new(
        rule: Rule,
        message: impl Into<String>,
        label: &'static str,
        help: &'static str,
    ) -> Self {
        Self { rule, message: message.into(), label, help }
    }
}

fn words(fault: &Fault) -> Words {
    match fault {
        Fault::Syntax(error) => syntax(error.kind()),
        Fault::TooDeep(_) => too_deep(),
        Fault::TooManyNodes(_) => Words::new(
            Rule::YamlTooLarge,
            "this is larger than any schema",
            "reading stopped here",
            "the largest workspaces have some thousands of fields and options; if yours has more, \
             please report it",
        ),
        Fault::TooManyCopies(_) => Words::new(
            Rule::YamlTooLarge,
            "the aliases of this schema expand to more than a schema can hold",
            "too many aliases",
            "write the repeated parts out, or use fewer aliases (`*name`)",
        ),
        Fault::EndlessAlias(_) => Words::new(
            Rule::YamlSyntax,
            "this alias refers to a value that contains it",
            "endless",
            "write the repeated part out",
        ),
        Fault::NotMergeable(_) => Words::new(
            Rule::YamlSyntax,
            "a merge key (`<<`) takes a mapping or a list of mappings",
            "not a mapping",
            "write `<<: *name`, where `&name` marks a mapping",
        ),
        Fault::SecondDocument(_) => Words::new(
            Rule::YamlSyntax,
            "a schema must be one YAML document",
            "a second document starts here",
            "remove the `---` line, or move the second document into a separate file",
        ),
    }
}

fn too_deep() -> Words {
    Words::new(
        Rule::YamlTooDeep,
        "this is nested deeper than any schema",
        "too deep",
        "a schema has about ten levels; look for brackets that are not closed",
    )
}

/// Returns the message for a parser error that authors of schemas often cause.
fn syntax(kind: &ErrorKind) -> Words {
    let (problem, label, help) = match kind {
        ErrorKind::RecursionLimitExceeded => return too_deep(),
        ErrorKind::UnknownAnchor => {
            return Words::new(
                Rule::YamlSyntax,
                "this alias names an unknown anchor",
                "no `&name` for this `*name`",
                "if this is text that starts with `*`, put it in quotes: \"*text\"",
            );
        }
        ErrorKind::MappingValueNotAllowed => (
            "a line has a second `: `".to_owned(),
            "no value can start at this `:`",
            "put text with `: ` in quotes: description: \"Note: call after five\"",
        ),
        tab if is_tab(tab) => (
            "a tab in the indentation".to_owned(),
            "a tab",
            "YAML indents only with spaces; most editors can replace tabs",
        ),
        ErrorKind::UnclosedQuotedScalar => (
            "a quote is not closed".to_owned(),
            "opened here",
            "close it; inside quoted text, write a quote twice ('') or escape it (\\\")",
        ),
        ErrorKind::UnclosedFlowCollection { .. } => (
            "a bracket is not closed".to_owned(),
            "opened here",
            "close it with `}` or `]` at the end of the entry",
        ),
        ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::InvalidIndentation
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidFlowScalarIndent => (
            "a line is not aligned with any line above".to_owned(),
            "not aligned",
            "align it with the other entries of its list or mapping",
        ),
        other => (
            other.to_string(),
            "reading stopped here",
            "check the indentation and the quotes of this line and the line above; put text with \
             `: `, ` #`, `{`, `[`, `&`, `*` or `@` in quotes",
        ),
    };
    Words::new(Rule::YamlSyntax, format!("invalid YAML: {problem}"), label, help)
}

fn is_tab(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar
    )
}
