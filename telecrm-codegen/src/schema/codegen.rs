//! `codegen`: the one section that is ours.

use super::At;
use super::node::Node;
use super::reader::{Entries, Reader};
use crate::near::nearest;
use crate::report::{Rule, quoted};

/// What the user decided about the generated code.
#[derive(Debug, Default)]
pub(crate) struct Codegen {
    pub(crate) rename: Renames,
    /// Fields to leave out, by API name.
    pub(crate) skip: Vec<At<String>>,
    /// Fields whose labels are not a closed list: API names, or `ACTION_1001.outcome`.
    pub(crate) open: Vec<At<String>>,
}

/// `codegen.rename`
#[derive(Debug, Default)]
pub(crate) struct Renames {
    pub(crate) fields: Vec<Entry>,
    pub(crate) actions: Vec<Entry>,
    /// Per field with options (API name, or `ACTION_1001.outcome`) the name of its enum.
    pub(crate) types: Vec<Entry>,
    /// Per field (API name, or `ACTION_1001.outcome`) its labels and their names.
    pub(crate) options: Vec<(At<String>, Vec<Entry>)>,
}

/// One `wire name: Rust name`.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) from: At<String>,
    pub(crate) to: At<String>,
}

const KEYS: [&str; 3] = ["rename", "skip", "open"];
const RENAME_KEYS: [&str; 4] = ["fields", "actions", "options", "types"];

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Codegen {
    let mut codegen = Codegen::default();
    let Some(entries) = reader.mapping(node, "`codegen`") else { return codegen };
    only_keys(&entries, "`codegen`", &KEYS, reader);
    if let Some(rename) = entries.given("rename") {
        codegen.rename = read_renames(rename, reader);
    }
    let mut names = |key, what| {
        let items = entries.given(key).map_or(&[][..], |node| reader.list(node, what));
        items.iter().filter_map(|it| reader.name(it, "a field's API name")).collect()
    };
    codegen.skip = names("skip", "`codegen.skip`");
    codegen.open = names("open", "`codegen.open`");
    codegen
}

fn read_renames(node: &Node, reader: &mut Reader<'_>) -> Renames {
    let mut renames = Renames::default();
    let Some(entries) = reader.mapping(node, "`codegen.rename`") else { return renames };
    only_keys(&entries, "`codegen.rename`", &RENAME_KEYS, reader);
    if let Some(fields) = entries.given("fields") {
        renames.fields = read_entries(fields, "`codegen.rename.fields`", reader);
    }
    if let Some(actions) = entries.given("actions") {
        renames.actions = read_entries(actions, "`codegen.rename.actions`", reader);
    }
    if let Some(types) = entries.given("types") {
        renames.types = read_entries(types, "`codegen.rename.types`", reader);
    }
    let Some(options) = entries.given("options") else { return renames };
    let Some(options) = reader.mapping(options, "`codegen.rename.options`") else { return renames };
    for (field, labels) in options.entries() {
        let field = At { value: field.value.to_owned(), span: field.span };
        let what = "a field under `codegen.rename.options`";
        renames.options.push((field, read_entries(labels, what, reader)));
    }
    renames
}

fn read_entries(node: &Node, what: &str, reader: &mut Reader<'_>) -> Vec<Entry> {
    let Some(entries) = reader.mapping(node, what) else { return Vec::new() };
    let mut renames = Vec::new();
    for (from, to) in entries.entries() {
        let Some(to) = reader.name(to, "a Rust name") else { continue };
        renames.push(Entry { from: At { value: from.value.to_owned(), span: from.span }, to });
    }
    renames
}

/// Here an unknown key is an error: nobody but the user can have written it.
fn only_keys(entries: &Entries<'_>, what: &str, known: &[&str], reader: &mut Reader<'_>) {
    for (key, _) in entries.entries().filter(|(key, _)| !known.contains(&key.value)) {
        let near = nearest(key.value, known.iter().copied());
        reader
            .report
            .add(
                Rule::UnknownCodegenKey,
                key.span,
                format!("{what} has no key {}", quoted(key.value)),
            )
            .label("unknown key")
            .with_help(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its keys are `{}`", known.join("`, `")),
            });
    }
}
