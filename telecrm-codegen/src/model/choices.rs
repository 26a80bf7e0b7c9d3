//! What the user decided under `codegen`, looked up by name. Every look-up is remembered, so that
//! an entry that matches nothing can be reported at its line.

use std::collections::{BTreeMap, BTreeSet};

use crate::near::nearest;
use crate::report::{Report, Rule, Span, quoted};
use crate::schema::{At, Codegen, Entry};

/// The section `codegen`, ready for look-ups.
pub(super) struct Choices<'s> {
    codegen: &'s Codegen,
    /// Places of the entries that matched something.
    used: BTreeSet<Span>,
    /// What could have been named, for "did you mean".
    known: Known,
}

#[derive(Default)]
struct Known {
    fields: Vec<String>,
    actions: Vec<String>,
    types: Vec<String>,
    labels: BTreeMap<String, Vec<String>>,
}

impl<'s> Choices<'s> {
    pub(super) fn new(codegen: &'s Codegen) -> Self {
        Self { codegen, used: BTreeSet::new(), known: Known::default() }
    }

    /// Whether a field is left out. `path` is its API name, or `ACTION_1001.outcome`.
    pub(super) fn skips(&mut self, path: &str) -> bool {
        self.known.fields.push(path.to_owned());
        find(&self.codegen.skip, path, &mut self.used).is_some()
    }

    /// Whether a field takes labels outside of its list; with the place that says so.
    pub(super) fn opens(&mut self, path: &str) -> Option<Span> {
        find(&self.codegen.open, path, &mut self.used)
    }

    /// The Rust name that the user gave to a field.
    pub(super) fn field(&mut self, path: &str) -> Option<&'s At<String>> {
        renamed(&self.codegen.rename.fields, path, &mut self.used)
    }

    /// The Rust name that the user gave to the enum of a field with options.
    pub(super) fn type_name(&mut self, path: &str) -> Option<&'s At<String>> {
        self.known.types.push(path.to_owned());
        renamed(&self.codegen.rename.types, path, &mut self.used)
    }

    /// The Rust name that the user gave to an action.
    pub(super) fn action(&mut self, code: &str) -> Option<&'s At<String>> {
        self.known.actions.push(code.to_owned());
        renamed(&self.codegen.rename.actions, code, &mut self.used)
    }

    /// Tells which labels a list has, by each of the names that the list goes by.
    pub(super) fn list(&mut self, names: &[&str], labels: &[String]) {
        for &name in names {
            let list = self.known.labels.entry(name.to_owned()).or_default();
            list.extend_from_slice(labels);
        }
    }

    /// The Rust name that the user gave to a label of a list.
    pub(super) fn label(&mut self, lists: &[&str], label: &str) -> Option<&'s At<String>> {
        let options = &self.codegen.rename.options;
        let mut found = None;
        for (field, entries) in options.iter().filter(|(it, _)| lists.contains(&it.value.as_str()))
        {
            self.used.insert(field.span);
            found = renamed(entries, label, &mut self.used).or(found);
        }
        found
    }

    /// Reports the entries that matched nothing.
    pub(super) fn report_unused(&self, report: &mut Report) {
        let codegen = self.codegen;
        let fields = &self.known.fields;
        for (at, section) in codegen
            .skip
            .iter()
            .map(|it| (it, "skip"))
            .chain(codegen.open.iter().map(|it| (it, "open")))
            .chain(codegen.rename.fields.iter().map(|it| (&it.from, "rename.fields")))
        {
            self.check(at, section, "field of this schema", fields, report);
        }
        for entry in &codegen.rename.actions {
            let known = &self.known.actions;
            self.check(&entry.from, "rename.actions", "action of this schema", known, report);
        }
        for entry in &codegen.rename.types {
            let known = &self.known.types;
            self.check(&entry.from, "rename.types", "field with options", known, report);
        }
        for (field, entries) in &codegen.rename.options {
            let Some(labels) = self.known.labels.get(&field.value) else {
                let lists: Vec<String> = self.known.labels.keys().cloned().collect();
                self.check(field, "rename.options", "field with options", &lists, report);
                continue;
            };
            for entry in entries {
                let what = format!("label of {}", quoted(&field.value));
                self.check(&entry.from, "rename.options", &what, labels, report);
            }
        }
    }

    fn check(
        &self,
        at: &At<String>,
        section: &str,
        what: &str,
        known: &[String],
        report: &mut Report,
    ) {
        if self.used.contains(&at.span) {
            return;
        }
        let near = nearest(&at.value, known.iter().map(String::as_str));
        report
            .add(
                Rule::CodegenMatchesNothing,
                at.span,
                format!("`codegen.{section}` names {}, which is no {what}", quoted(&at.value)),
            )
            .label("matches nothing")
            .with_help(match near {
                Some(near) => format!("did you mean {}?", quoted(near)),
                None if known.is_empty() => format!("there is no {what}; remove the entry"),
                None => "remove the entry, or name it as the section above does: API names and \
                         codes count to the letter"
                    .to_owned(),
            });
    }
}

fn find(names: &[At<String>], name: &str, used: &mut BTreeSet<Span>) -> Option<Span> {
    let found = names.iter().find(|it| it.value == name)?;
    used.insert(found.span);
    Some(found.span)
}

fn renamed<'s>(
    entries: &'s [Entry],
    name: &str,
    used: &mut BTreeSet<Span>,
) -> Option<&'s At<String>> {
    let found = entries.iter().find(|it| it.from.value == name)?;
    used.insert(found.from.span);
    Some(&found.to)
}
