//! Section `codegen`, the only section that does not come from telecrm.

use super::reader::{Entries, Reader};
use crate::diagnostic::{Rule, Spanned, quoted};
use crate::schema::{OptionRenames, Overrides, Rename, Renames};
use crate::suggest;
use crate::yaml::Node;

const KEYS: [&str; 5] = ["rename", "skip", "only", "open", "env"];
const RENAME_KEYS: [&str; 4] = ["fields", "actions", "options", "types"];

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Overrides {
    let mut overrides = Overrides::default();
    let Some(entries) = reader.mapping(node, "`codegen`") else { return overrides };
    only_keys(&entries, "`codegen`", &KEYS, reader);
    if let Some(rename) = entries.get_non_null("rename") {
        overrides.rename = read_renames(rename, reader);
    }
    let mut names = |key, subject| {
        let items = entries.get_non_null(key).map_or(&[][..], |node| reader.list(node, subject));
        items.iter().filter_map(|node| reader.name(node, "a field's API name")).collect()
    };
    overrides.skip = names("skip", "`codegen.skip`");
    overrides.open = names("open", "`codegen.open`");
    // An empty list means that only the identifier is generated.
    overrides.only = entries.get_non_null("only").map(|_| names("only", "`codegen.only`"));
    overrides.env = entries.get_non_null("env").and_then(|node| read_env(node, reader));
    overrides
}

/// The start of the names of environment variables, which no shell refuses.
fn read_env(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<String>> {
    let prefix = reader.name(node, "`codegen.env`")?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let starts_with_digit = prefix.value.starts_with(|first: char| first.is_ascii_digit());
    if starts_with_digit || !prefix.value.bytes().all(fits) {
        reader
            .report
            .add(
                Rule::NotAnEnvPrefix,
                prefix.span,
                format!(
                    "{} cannot begin the name of an environment variable",
                    quoted(&prefix.value)
                ),
            )
            .set_label("ASCII letters, digits and `_`")
            .set_help("write the part before `TELECRM_ENTERPRISE_ID`, such as `ACME_`");
    }
    Some(prefix)
}

fn read_renames(node: &Node, reader: &mut Reader<'_>) -> Renames {
    let mut renames = Renames::default();
    let Some(entries) = reader.mapping(node, "`codegen.rename`") else { return renames };
    only_keys(&entries, "`codegen.rename`", &RENAME_KEYS, reader);
    if let Some(fields) = entries.get_non_null("fields") {
        renames.fields = read_entries(fields, "`codegen.rename.fields`", reader);
    }
    if let Some(actions) = entries.get_non_null("actions") {
        renames.actions = read_entries(actions, "`codegen.rename.actions`", reader);
    }
    if let Some(types) = entries.get_non_null("types") {
        renames.types = read_entries(types, "`codegen.rename.types`", reader);
    }
    let Some(options) = entries.get_non_null("options") else { return renames };
    let Some(options) = reader.mapping(options, "`codegen.rename.options`") else { return renames };
    for (field, labels) in options.entries() {
        let field = Spanned { value: field.value.to_owned(), span: field.span };
        let subject = "a field under `codegen.rename.options`";
        let labels = read_entries(labels, subject, reader);
        renames.options.push(OptionRenames { list: field, labels });
    }
    renames
}

fn read_entries(node: &Node, subject: &str, reader: &mut Reader<'_>) -> Vec<Rename> {
    let Some(entries) = reader.mapping(node, subject) else { return Vec::new() };
    let mut renames = Vec::new();
    for (from, to) in entries.entries() {
        let Some(to) = reader.name(to, "a Rust name") else { continue };
        renames
            .push(Rename { from: Spanned { value: from.value.to_owned(), span: from.span }, to });
    }
    renames
}

/// Reports unknown keys as errors, because only the user writes this section.
fn only_keys(entries: &Entries<'_>, subject: &str, known: &[&str], reader: &mut Reader<'_>) {
    for (key, _) in entries.entries().filter(|(key, _)| !known.contains(&key.value)) {
        reader
            .report
            .add(
                Rule::UnknownCodegenKey,
                key.span,
                format!("unknown key {} in {subject}", quoted(key.value)),
            )
            .set_label("unknown key")
            .set_help(suggest::help(
                key.value,
                known.iter().copied(),
                format!("the keys are `{}`", known.join("`, `")),
            ));
    }
}
