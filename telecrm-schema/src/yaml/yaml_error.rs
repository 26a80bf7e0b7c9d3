//! Text that is not YAML at all, in our words.

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
            "this alias names an anchor that does not exist".to_owned(),
            "no `&name` for this `*name` above",
            "if this is text that starts with `*`, put it in quotes: \"*text\"",
        ),
        Error::RecursiveReferencesRequireWeakTypes { .. } => (
            Rule::YamlSyntax,
            "this alias stands inside of what it names".to_owned(),
            "it would never end",
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
            "a schema is one YAML document; here a second one starts".to_owned(),
            "a second document",
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
        "a schema needs some ten levels; look for brackets that are never closed",
    )
}

fn too_many_aliases() -> Words {
    (
        Rule::YamlTooLarge,
        "the aliases of this schema unfold into more than a schema can be".to_owned(),
        "too much comes from aliases like this one",
        "write the repeated parts out, or use fewer aliases (`*name`)",
    )
}

/// The library's scanner says what it missed in its own terms; these are the ones that a schema's
/// author meets.
fn scan(reason: &str) -> Words {
    let says = |words: &str| reason.contains(words);
    if says("recursion limit") {
        return too_deep();
    }
    let (what, label, help) = if says("mapping values are not allowed") {
        (
            "a second `: ` in one line".to_owned(),
            "this `:` starts a value where none can be",
            "text with `: ` in it belongs in quotes: description: \"Note: call after five\"",
        )
    } else if says("tab") {
        (
            "a tab in the indentation".to_owned(),
            A_TAB,
            "YAML indents with blanks only; most editors can replace the tabs",
        )
    } else if says("unclosed quote") {
        (
            "a quote that is never closed".to_owned(),
            "opened here",
            "close it; a quote inside of quoted text is written twice ('') or escaped (\\\")",
        )
    } else if says("unclosed bracket") {
        (
            "a bracket that is never closed".to_owned(),
            "opened here",
            "close it with `}` or `]` at the end of the entry",
        )
    } else if says("did not find expected '-'")
        || says("did not find expected key")
        || says("did not find expected '<document start>'")
        || says("indent")
    {
        (
            "a line that stands in no column of those above it".to_owned(),
            "indented like nothing above",
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
    (Rule::YamlSyntax, format!("this is not YAML that can be read: {what}"), label, help)
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
            "a schema is one YAML document; here a second one starts".to_owned(),
            "a second document",
            "remove the `---` line, or put the second document into a file of its own",
        ),
        _ => (
            Rule::YamlTooLarge,
            "this is larger than any schema".to_owned(),
            "reading stopped here",
            "the largest workspaces have some thousands of fields and options; if this is one, \
             please tell us",
        ),
    }
}

/// The library's reason on one line, without its own position.
fn reason(error: &Error) -> String {
    let text = error.render_with_options(serde_yaml::RenderOptions::default());
    let line = text.lines().next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    line.rfind(" at line ").map_or(line, |at| &line[..at]).to_owned()
}
