//! Overrides of the section `codegen`: look-ups, and entries that name nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Report, Rule, Span, Spanned, quoted};
use crate::schema::{Overrides, Rename, Schema};
use crate::suggest;

/// The section, ready for look-ups, and what its entries can name.
pub(super) struct Lookup<'d> {
    overrides: &'d Overrides,
    skip: BTreeSet<&'d str>,
    only: Option<BTreeSet<&'d str>>,
    open: BTreeMap<&'d str, Span>,
    /// Every field of the file, by path.
    fields: Vec<String>,
    /// Those of them that are left out.
    skipped: BTreeSet<String>,
    /// Every action of the file, by code.
    actions: Vec<String>,
}

impl<'d> Lookup<'d> {
    pub(super) fn new(overrides: &'d Overrides) -> Self {
        let open = overrides.open.iter();
        Self {
            overrides,
            skip: overrides.skip.iter().map(|it| it.value.as_str()).collect(),
            only: overrides
                .only
                .as_ref()
                .map(|only| only.iter().map(|it| it.value.as_str()).collect()),
            open: open.map(|it| (it.value.as_str(), it.span)).collect(),
            fields: Vec::new(),
            skipped: BTreeSet::new(),
            actions: Vec::new(),
        }
    }

    /// Whether a field is left out. `path` is its API name, or `ACTION_1001.outcome`.
    pub(super) fn skips(&mut self, path: &str) -> bool {
        self.fields.push(path.to_owned());
        let skips = self.skip.contains(path);
        if skips {
            self.skipped.insert(path.to_owned());
        }
        skips
    }

    /// Whether generated code has a lead field.
    pub(super) fn generates(&self, api_name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(api_name))
    }

    /// Where the file says that a field takes labels outside of its list.
    pub(super) fn opens(&self, path: &str) -> Option<Span> {
        self.open.get(path).copied()
    }

    /// The name that the user gave to an action.
    pub(super) fn action(&mut self, code: &str) -> Option<&'d Spanned<String>> {
        self.actions.push(code.to_owned());
        let renames = &self.overrides.rename.actions;
        renames.iter().find(|it| it.from.value == code).map(|it| &it.to)
    }

    /// Reports the entries that name nothing.
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
                    let what = format!("label of {}", quoted(&options.list.value));
                    unused.check(from(&options.labels), "rename.options", &what, labels);
                }
            }
        }
    }
}

fn from(renames: &[Rename]) -> impl Iterator<Item = &Spanned<String>> {
    renames.iter().map(|rename| &rename.from)
}

/// Every field with options, by path, and its labels.
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

/// Every list of labels by each of its names, and its labels.
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

/// Reports entries that name nothing.
struct Unused<'r> {
    report: &'r mut Report,
}

impl Unused<'_> {
    /// `known` is what entries of this section can name, and `what` each of them is.
    fn check<'n>(
        &mut self,
        entries: impl IntoIterator<Item = &'n Spanned<String>>,
        section: &str,
        what: &str,
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
                    format!("unknown {what} in `codegen.{section}`: {}", quoted(&entry.value)),
                )
                .label("matches nothing")
                .with_help(suggest::help(
                    &entry.value,
                    known.iter().copied(),
                    if known.is_empty() {
                        "the schema has none: remove the entry"
                    } else {
                        "remove the entry, or write the API name, code or label exactly as above"
                    },
                ));
        }
    }
}
