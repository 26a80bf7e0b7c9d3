//! Assignment of Rust names, with the warnings and errors about them.

use telecrm_schema::{Report, Rule, Span, Spanned, quoted, yaml};

use super::casing::{Style, escape, plain};
use super::scope::{Claim, Owner, Scope};

/// An item of the schema that needs a Rust name.
pub(super) struct Wanted<'w> {
    /// The item's name in telecrm: a key, a label, a display name.
    pub(super) wire: &'w str,
    pub(super) span: Span,
    /// The item's noun in messages: "the field", "the label".
    pub(super) noun: &'static str,
    /// The name that the user set under `codegen.rename`.
    pub(super) renamed: Option<&'w Spanned<String>>,
    /// The part that is added to a taken name first, as written in telecrm.
    pub(super) part: Option<&'w str>,
    /// The key under `codegen.rename` that renames the item.
    pub(super) rename_at: Option<RenameAt<'w>>,
}

/// A key of `codegen.rename`.
#[derive(Clone, Copy)]
pub(super) struct RenameAt<'w> {
    pub(super) section: &'static str,
    /// The list that contains a label.
    pub(super) list: Option<&'w str>,
    pub(super) key: &'w str,
}

/// Names all items of a namespace: first the renamed items, then the others in file order.
pub(super) fn name_all(
    wanted: &[Wanted<'_>],
    scope: &mut Scope,
    report: &mut Report,
) -> Vec<String> {
    let mut idents: Vec<Option<String>> = wanted
        .iter()
        .map(|wanted| wanted.renamed.map(|to| rename(wanted, to, scope, report)))
        .collect();
    for (ident, wanted) in idents.iter_mut().zip(wanted) {
        if ident.is_some() {
            continue;
        }
        let name = scope.style().spell(wanted.wire);
        let claim = scope.claim(&name, wanted.part, (wanted.wire, wanted.span));
        warn(wanted, &claim, report);
        *ident = Some(claim.ident);
    }
    idents.into_iter().flatten().collect()
}

fn rename(
    wanted: &Wanted<'_>,
    to: &Spanned<String>,
    scope: &mut Scope,
    report: &mut Report,
) -> String {
    let name = plain(&to.value);
    let spelled = scope.style().spell(name);
    if spelled != name {
        let kind = match scope.style() {
            Style::Snake => "snake_case",
            Style::Camel => "UpperCamelCase",
        };
        report
            .add(
                Rule::RenameNotAName,
                to.span,
                format!(
                    "{} is not a Rust name for {} {}",
                    quoted(&to.value),
                    wanted.noun,
                    quoted(wanted.wire)
                ),
            )
            .set_label(format!("not {kind}"))
            .set_help(format!("write it in {kind}, with ASCII letters: `{spelled}`"));
        return escape(&spelled);
    }
    match scope.claim_exactly(name, (wanted.wire, wanted.span)) {
        Ok(ident) => ident,
        Err(owner) => {
            let (taker, place) = match owner {
                Owner::Reserved => ("the generated code itself".to_owned(), None),
                Owner::Item(wire, span) => (quoted(&wire), Some(report.place(span))),
            };
            let diagnostic = report.add(
                Rule::RenameTaken,
                to.span,
                format!("the name `{name}` is taken by {taker}"),
            );
            diagnostic.set_label("taken").set_help("choose another name");
            if let Some(place) = place {
                diagnostic.add_related(place, "already has this name");
            }
            escape(name)
        }
    }
}

fn warn(wanted: &Wanted<'_>, claim: &Claim, report: &mut Report) {
    let Some(owner) = &claim.taken_by else { return };
    let Wanted { wire, noun, .. } = wanted;
    let (wire, ident) = (quoted(wire), &claim.ident);
    let rename_lines = wanted.rename_at.map(|rename_at| rename_at.lines(plain(ident)));
    let diagnostic = match owner {
        Owner::Reserved => report.add(
            Rule::NameTaken,
            wanted.span,
            format!("{noun} {wire} is `{ident}` in Rust: the generated code already uses its name"),
        ),
        Owner::Item(first, span) => {
            let place = report.place(*span);
            let first = quoted(first);
            let message =
                format!("{noun} {wire} is `{ident}` in Rust: {first} already has its name");
            report
                .add(Rule::NamesMeet, wanted.span, message)
                .add_related(place, "already has the name")
        }
    };
    diagnostic.set_label(format!("becomes `{ident}`"));
    diagnostic.set_help(match rename_lines {
        Some(lines) => {
            format!("to choose the name yourself and silence this warning, write:\n\n{lines}")
        }
        None => "rename one of the two in telecrm to choose the names yourself".to_owned(),
    });
}

impl RenameAt<'_> {
    /// The lines of YAML under `codegen` that set this name.
    pub(super) fn lines(self, name: &str) -> String {
        let Self { section, list, key } = self;
        let key = yaml::key(key);
        match list {
            None => format!("codegen:\n  rename:\n    {section}: {{ {key}: {name} }}"),
            Some(list) => {
                let list = yaml::key(list);
                format!("codegen:\n  rename:\n    {section}: {{ {list}: {{ {key}: {name} }} }}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rename_lines_are_valid_yaml() {
        let label = RenameAt {
            section: "options",
            list: Some("contact_source"),
            key: "A \"b\" {c}\u{200B}",
        };
        assert_eq!(
            label.lines("Ab"),
            "codegen:\n  rename:\n    options: { contact_source: { \"A \\\"b\\\" {c}\\u200B\": Ab } }"
        );
        let field = RenameAt { section: "fields", list: None, key: "contact_source" };
        assert_eq!(
            field.lines("source"),
            "codegen:\n  rename:\n    fields: { contact_source: source }"
        );
    }
}
