//! Lookup tables of the names under `codegen.rename`.

use std::collections::BTreeMap;

use telecrm_schema::{Field, Overrides, Rename, Spanned};

/// The key of a field under `codegen`: its API name, or `ACTION_1001.outcome` for an action.
pub(super) fn path_of(field: &Field, action: Option<&str>) -> String {
    match action {
        None => field.api_name.clone(),
        Some(code) => format!("{code}.{}", field.api_name),
    }
}

type ByName<'s> = BTreeMap<&'s str, &'s Spanned<String>>;

/// The names that the user chose.
pub(super) struct Renames<'s> {
    fields: ByName<'s>,
    actions: ByName<'s>,
    types: ByName<'s>,
    labels: BTreeMap<&'s str, ByName<'s>>,
}

impl<'s> Renames<'s> {
    pub(super) fn new(overrides: &'s Overrides) -> Self {
        let rename = &overrides.rename;
        let options = rename.options.iter();
        Self {
            fields: by_name(&rename.fields),
            actions: by_name(&rename.actions),
            types: by_name(&rename.types),
            labels: options
                .map(|rename| (rename.list.value.as_str(), by_name(&rename.labels)))
                .collect(),
        }
    }

    /// The name of a field, by API name or `ACTION_1001.outcome`.
    pub(super) fn field(&self, path: &str) -> Option<&'s Spanned<String>> {
        self.fields.get(path).copied()
    }

    /// The name of an action, by code.
    pub(super) fn action(&self, code: &str) -> Option<&'s Spanned<String>> {
        self.actions.get(code).copied()
    }

    /// The name of a field's enum.
    pub(super) fn option_type(&self, path: &str) -> Option<&'s Spanned<String>> {
        self.types.get(path).copied()
    }

    /// The name of a label, in a list with any of these names.
    pub(super) fn label(&self, lists: &[&str], label: &str) -> Option<&'s Spanned<String>> {
        lists.iter().find_map(|list| self.labels.get(list)?.get(label).copied())
    }
}

fn by_name(renames: &[Rename]) -> ByName<'_> {
    renames.iter().map(|rename| (rename.from.value.as_str(), &rename.to)).collect()
}
