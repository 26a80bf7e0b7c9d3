//! Syntax errors of the YAML library, reworded for authors of schemas.

use serde_yaml::Error;

use super::indentation;
use crate::diagnostic::{Report, Rule, Span};

/// Reports why the text could not be read as YAML.
pub(super) fn explain(error: &Error, report: &mut Report) {
    let error = error.without_snippet();
    let (rule, message, label, help) = words(error);
    let start = error.location().map_or(0, |location| {
        let index = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        report.source().offset(index(location.line()), index(location.column()))
    });
    let is_tab = label == A_TAB;
    if rule == Rule::YamlSyntax && indentation::explain(start, is_tab, report) {
        return;
    }
    let diagnostic = report.add(rule, Span::new(start, start), message);
    diagnostic.label(label).with_help(help);
}

/// The label of an error about a tab.
const A_TAB: &str = "a tab";

type Words = (Rule, String, &'static str, &'static str);

fn words(error: &Error) -> Words {
    match error {
        Error::AliasError { error, .. } => words(error),
        Error::Budget { breach, .. } => budget(breach),
        Error::AliasReplayCounterOverflow { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => too_many_aliases(),
        Error::UnknownAnchor { .. } => (
            Rule::YamlSyntax,
            "this alias names an unknown anchor".to_owned(),
            "no `&name` for this `*name`",
            "if this is text that starts with `*`, put it in quotes: \"*text\"",
        ),
        Error::RecursiveReferencesRequireWeakTypes { .. } => (
            Rule::YamlSyntax,
            "this alias is part of what it names".to_owned(),
            "endless",
            "write the repeated part out",
        ),
        Error::MergeValueNotMapOrSeqOfMaps { .. } => (
            Rule::YamlSyntax,
            "a merge key (`<<`) takes a mapping or a list of mappings".to_owned(),
            "not a mapping",
            "write `<<: *name`, where `&name` marks a mapping",
        ),
        Error::MultipleDocuments { .. } => (
            Rule::YamlSyntax,
            "a schema must be one YAML document".to_owned(),
            "a second document starts here",
            "remove the `---` line, or put the second document into a file of its own",
        ),
        other => scan(&reason(other)),
    }
}

fn too_deep() -> Words {
    (
        Rule::YamlTooDeep,
        "this is nested deeper than any schema".to_owned(),
        "too deep",
        "a schema has about ten levels; look for brackets that are not closed",
    )
}

fn too_many_aliases() -> Words {
    (
        Rule::YamlTooLarge,
        "the aliases of this schema expand to more than a schema can hold".to_owned(),
        "an alias too many",
        "write the repeated parts out, or use fewer aliases (`*name`)",
    )
}

/// Rewords the reasons of the library's scanner that authors of schemas meet.
fn scan(reason: &str) -> Words {
    let says = |words: &str| reason.contains(words);
    if says("recursion limit") {
        return too_deep();
    }
    let (what, label, help) = if says("mapping values are not allowed") {
        (
            "a line has a second `: `".to_owned(),
            "no value can start at this `:`",
            "text with `: ` in it belongs in quotes: description: \"Note: call after five\"",
        )
    } else if says("tab") {
        (
            "a tab in the indentation".to_owned(),
            A_TAB,
            "YAML indents with spaces only; most editors can replace the tabs",
        )
    } else if says("unclosed quote") {
        (
            "a quote is not closed".to_owned(),
            "opened here",
            "close it; a quote inside quoted text is written twice ('') or escaped (\\\")",
        )
    } else if says("unclosed bracket") {
        (
            "a bracket is not closed".to_owned(),
            "opened here",
            "close it with `}` or `]` at the end of the entry",
        )
    } else if says("did not find expected '-'")
        || says("did not find expected key")
        || says("did not find expected '<document start>'")
        || says("indent")
    {
        (
            "a line is aligned with none of those above it".to_owned(),
            "aligned with nothing above",
            "align it with the entries that it belongs to",
        )
    } else {
        (
            reason.to_owned(),
            "reading stopped here",
            "look at the indentation and the quotes of this line and the one above; text with \
             `: `, ` #`, `{`, `[`, `&`, `*` or `@` in it belongs in quotes",
        )
    };
    (Rule::YamlSyntax, format!("invalid YAML: {what}"), label, help)
}

fn budget(breach: &serde_yaml::budget::BudgetBreach) -> Words {
    use serde_yaml::budget::BudgetBreach as Breach;
    match breach {
        Breach::Aliases { .. }
        | Breach::Anchors { .. }
        | Breach::AliasAnchorRatio { .. }
        | Breach::MergeKeys { .. }
        | Breach::RecordedAnchorEvents { .. }
        | Breach::RecordedAnchorBytes { .. } => too_many_aliases(),
        Breach::Depth { .. } => too_deep(),
        Breach::Documents { .. } => (
            Rule::YamlSyntax,
            "a schema must be one YAML document".to_owned(),
            "a second document starts here",
            "remove the `---` line, or put the second document into a file of its own",
        ),
        _ => (
            Rule::YamlTooLarge,
            "this is larger than any schema".to_owned(),
            "reading stopped here",
            "the largest workspaces have some thousands of fields and options; if yours has more, \
             please report it",
        ),
    }
}

/// The library's reason on one line, without its position.
fn reason(error: &Error) -> String {
    let text = error.render_with_options(serde_yaml::RenderOptions::default());
    let line = text.lines().next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    line.rfind(" at line ").map_or(line, |at| &line[..at]).to_owned()
}
