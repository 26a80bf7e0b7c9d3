//! Overrides of the section `codegen`: look-ups, and entries that match nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Report, Rule, Span, Spanned, quoted};
use crate::schema::{Overrides, Rename, Schema};
use crate::suggest;

/// Index of the section, and the names that its entries can match.
pub(super) struct Lookup<'d> {
    overrides: &'d Overrides,
    skip: BTreeSet<&'d str>,
    only: Option<BTreeSet<&'d str>>,
    open: BTreeMap<&'d str, Span>,
    /// The paths of all fields in the file.
    fields: Vec<String>,
    /// The paths of the skipped fields.
    skipped: BTreeSet<String>,
    /// The codes of all actions in the file.
    actions: Vec<String>,
}

impl<'d> Lookup<'d> {
    pub(super) fn new(overrides: &'d Overrides) -> Self {
        let open = overrides.open.iter();
        Self {
            overrides,
            skip: overrides.skip.iter().map(|entry| entry.value.as_str()).collect(),
            only: overrides
                .only
                .as_ref()
                .map(|only| only.iter().map(|entry| entry.value.as_str()).collect()),
            open: open.map(|entry| (entry.value.as_str(), entry.span)).collect(),
            fields: Vec::new(),
            skipped: BTreeSet::new(),
            actions: Vec::new(),
        }
    }

    /// Returns whether a field is skipped. `path` is its API name, or `ACTION_1001.outcome`.
    pub(super) fn skips(&mut self, path: &str) -> bool {
        self.fields.push(path.to_owned());
        let skips = self.skip.contains(path);
        if skips {
            self.skipped.insert(path.to_owned());
        }
        skips
    }

    /// Returns whether the generated code contains a lead field.
    pub(super) fn generates(&self, api_name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(api_name))
    }

    /// Returns the span of the entry that allows other labels for a field.
    pub(super) fn opens(&self, path: &str) -> Option<Span> {
        self.open.get(path).copied()
    }

    /// Returns the new name of an action.
    pub(super) fn action(&mut self, code: &str) -> Option<&'d Spanned<String>> {
        self.actions.push(code.to_owned());
        let renames = &self.overrides.rename.actions;
        renames.iter().find(|rename| rename.from.value == code).map(|rename| &rename.to)
    }

    /// Reports the entries that match nothing.
    pub(super) fn report_unused(&self, schema: &Schema, report: &mut Report) {
        let rename = &self.overrides.rename;
        let mut unused = Unused { report };
        let fields: Vec<&str> = self.fields.iter().map(String::as_str).collect();
        unused.check(&self.overrides.skip, "skip", "field", &fields);
        let kept: Vec<&str> =
            fields.into_iter().filter(|&path| !self.skipped.contains(path)).collect();
        let lead: Vec<&str> = schema.fields.iter().map(|field| field.api_name.as_str()).collect();
        unused.check(self.overrides.only.iter().flatten(), "only", "lead field", &lead);
        unused.check(&self.overrides.open, "open", "field", &kept);
        unused.check(from(&rename.fields), "rename.fields", "field", &kept);
        let actions: Vec<&str> = self.actions.iter().map(String::as_str).collect();
        unused.check(from(&rename.actions), "rename.actions", "action", &actions);

        let lists = lists(schema);
        let types = option_lists(schema);
        let types: Vec<&str> = types.iter().map(|(path, _)| path.as_str()).collect();
        unused.check(from(&rename.types), "rename.types", "field with options", &types);
        let names: Vec<&str> = lists.keys().map(String::as_str).collect();
        for options in &rename.options {
            match lists.get(&options.list.value) {
                None => {
                    unused.check([&options.list], "rename.options", "field with options", &names);
                }
                Some(labels) => {
                    let noun = format!("label of {}", quoted(&options.list.value));
                    unused.check(from(&options.labels), "rename.options", &noun, labels);
                }
            }
        }
    }
}

fn from(renames: &[Rename]) -> impl Iterator<Item = &Spanned<String>> {
    renames.iter().map(|rename| &rename.from)
}

/// Returns the path and the labels of every field with options.
fn option_lists(schema: &Schema) -> Vec<(String, Vec<&str>)> {
    let lead = schema.fields.iter().map(|field| (field.api_name.clone(), field));
    let of_actions = schema.actions.iter().flat_map(|action| {
        let fields = action.fields.iter();
        fields.map(|field| (format!("{}.{}", action.code, field.api_name), field))
    });
    lead.chain(of_actions)
        .filter_map(|(path, field)| {
            let labels = field.options()?.labels.iter().map(|label| label.text.as_str());
            Some((path, labels.collect()))
        })
        .collect()
}

/// Returns the labels of every list, by each of its names.
fn lists(schema: &Schema) -> BTreeMap<String, Vec<&str>> {
    let mut lists: BTreeMap<String, Vec<&str>> = option_lists(schema).into_iter().collect();
    let pipeline = &schema.pipeline;
    let statuses = pipeline.statuses.iter().map(|status| status.label.text.as_str());
    for name in schema.status_lists() {
        lists.entry(name.to_owned()).or_default().extend(statuses.clone());
    }
    let reasons = pipeline.lost_reasons.iter().map(|reason| reason.text.as_str());
    for name in schema.lost_reason_lists() {
        lists.entry(name.to_owned()).or_default().extend(reasons.clone());
    }
    lists
}

/// Reporter of entries that match nothing.
struct Unused<'r> {
    report: &'r mut Report,
}

impl Unused<'_> {
    /// Reports the entries that are not in `known`, the names of all items of a kind (`noun`).
    fn check<'n>(
        &mut self,
        entries: impl IntoIterator<Item = &'n Spanned<String>>,
        section: &str,
        noun: &str,
        known: &[&str],
    ) {
        let names: BTreeSet<&str> = known.iter().copied().collect();
        for entry in entries {
            if names.contains(entry.value.as_str()) {
                continue;
            }
            self.report
                .add(
                    Rule::CodegenMatchesNothing,
                    entry.span,
                    format!("unknown {noun} in `codegen.{section}`: {}", quoted(&entry.value)),
                )
                .set_label("matches nothing")
                .set_help(suggest::help(
                    &entry.value,
                    known.iter().copied(),
                    if known.is_empty() {
                        "the schema has no such item: remove the entry"
                    } else {
                        "remove the entry, or write the API name, code or label exactly as above"
                    },
                ));
        }
    }
}
