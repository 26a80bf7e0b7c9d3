//! Changes of the fields of the lead, or of one action.

use std::collections::{HashMap, HashSet};

use telecrm_codegen::NamedSchema;
use telecrm_codegen::names::{NamedAction, NamedField, NamedOptions};
use telecrm_schema::{SkippedField, quoted};

use super::matching::{Ids, Item, Matching};
use super::row::{Consequences, Kind, Rows, reused};
use super::{options, types};

/// The fields of one owner in one of the two schemas.
#[derive(Clone, Debug)]
pub(super) struct Side<'m> {
    fields: &'m [NamedField],
    skipped: Vec<&'m SkippedField>,
    /// Fields without a name, since `codegen: only` does not list them.
    unlisted: HashSet<&'m str>,
    identifier: Option<&'m NamedField>,
    index: Index<'m>,
    /// The path of the fields, `fields` or `actions.ACTION_1001.fields`.
    path: String,
    /// The path of their options, `options` or `options.ACTION_1001`, with a dot as in `codegen`.
    options_path: String,
    /// The Rust module of their enums.
    module: String,
    /// The Rust type that has the setters.
    setters: String,
    /// The key under `codegen`: nothing, or `ACTION_1001.`.
    prefix: String,
}

impl<'m> Side<'m> {
    pub(super) fn of_lead(workspace: &'m NamedSchema) -> Self {
        let listed = |api_name: &str| {
            workspace.schema.overrides.skip.iter().any(|skip| skip.value == api_name)
        };
        let (skipped, unknown): (Vec<_>, Vec<_>) =
            workspace.schema.skipped.iter().partition(|field| listed(&field.api_name));
        let unnamed = workspace.schema.fields.iter().filter(|field| !field.is_generated);
        let unlisted = unnamed.map(|field| field.api_name.as_str());
        Self {
            fields: &workspace.fields,
            index: Index::of(&workspace.fields, &skipped),
            skipped,
            unlisted: unlisted.chain(unknown.iter().map(|field| field.api_name.as_str())).collect(),
            identifier: workspace.fields.get(workspace.identifier),
            path: "fields".to_owned(),
            options_path: "options".to_owned(),
            module: "options".to_owned(),
            setters: "Lead".to_owned(),
            prefix: String::new(),
        }
    }

    pub(super) fn of_action(action: &'m NamedAction) -> Self {
        Self {
            fields: &action.fields,
            index: Index::of(&action.fields, &action.schema.skipped.iter().collect::<Vec<_>>()),
            skipped: action.schema.skipped.iter().collect(),
            unlisted: HashSet::new(),
            identifier: None,
            path: format!("actions.{}.fields", action.schema.code),
            options_path: format!("options.{}", action.schema.code),
            module: format!("actions::{}", action.module),
            setters: format!("actions::{}", action.ident),
            prefix: format!("{}.", action.schema.code),
        }
    }

    fn is_identifier(&self, field: &NamedField) -> bool {
        self.identifier
            .is_some_and(|identifier| identifier.schema.api_name == field.schema.api_name)
    }

    fn is_skipped(&self, api_name: &str) -> bool {
        self.index.skipped.contains_key(api_name)
    }

    /// The path of a field's setter in Rust.
    fn setter(&self, field: &NamedField) -> String {
        format!("{}::{}", self.setters, field.ident)
    }

    /// The field whose setter has this name, which messages quote.
    fn holder(&self, ident: &str) -> Option<&'m str> {
        self.index.idents.get(ident).copied()
    }

    /// The field whose enum has this name, which messages quote.
    fn type_holder(&self, ident: &str) -> Option<&'m str> {
        self.index.types.get(ident).copied()
    }

    /// The options of a field, with their paths in the file, in Rust and under `codegen`.
    fn list<'f>(&self, field: &'f NamedField, options: &'f NamedOptions) -> options::Side<'f> {
        options::Side {
            options,
            field_type: &field.schema.field_type,
            path: format!("{}.{}", self.options_path, field.schema.api_name),
            type_name: format!("{}::{}", self.module, options.ident),
            codegen: format!("{}{}", self.prefix, field.schema.api_name),
        }
    }
}

/// Lookup tables of one side.
#[derive(Clone, Debug)]
struct Index<'m> {
    api_names: HashSet<&'m str>,
    skipped: HashMap<&'m str, &'m SkippedField>,
    /// API names by the setter's name.
    idents: HashMap<&'m str, &'m str>,
    /// API names by the enum's name.
    types: HashMap<&'m str, &'m str>,
}

impl<'m> Index<'m> {
    fn of(fields: &'m [NamedField], skipped: &[&'m SkippedField]) -> Self {
        let mut index = Self {
            api_names: fields.iter().map(|field| field.schema.api_name.as_str()).collect(),
            skipped: skipped.iter().map(|&field| (field.api_name.as_str(), field)).collect(),
            idents: HashMap::new(),
            types: HashMap::new(),
        };
        for field in fields {
            let name = field.schema.api_name.as_str();
            index.idents.entry(&field.ident).or_insert(name);
            if let Some(options) = &field.options {
                index.types.entry(&options.ident).or_insert(name);
            }
        }
        index
    }
}

/// The keys by which fields are matched.
pub(super) fn items(fields: &[NamedField]) -> Vec<Item<'_>> {
    let item = |field| -> Item<'_> {
        let field: &NamedField = field;
        Item { id: field.schema.id.as_deref(), name: &field.schema.api_name, formerly: Vec::new() }
    };
    fields.iter().map(item).collect()
}

pub(super) fn compare(old: &Side<'_>, new: &Side<'_>, ids: Ids, rows: &mut Rows) {
    Comparison { old, new, ids, rows }.compare();
}

/// A comparison of the fields of one owner.
struct Comparison<'c, 'm> {
    old: &'c Side<'m>,
    new: &'c Side<'m>,
    ids: Ids,
    rows: &'c mut Rows,
}

impl Comparison<'_, '_> {
    fn compare(&mut self) {
        let (old, new) = (self.old, self.new);
        let matching = Matching::of(&items(old.fields), &items(new.fields), self.ids);
        for (index, field) in old.fields.iter().enumerate() {
            match matching.new_of(index) {
                Some(now) => self.changed(field, &new.fields[now]),
                None => self.removed(field),
            }
        }
        for index in matching.added() {
            self.added(&new.fields[index]);
        }
        self.skipped();
        if matching.is_reordered(|_, _| true) {
            let message = "the order of the fields changed; nothing to do".to_owned();
            self.rows.additive(Kind::Reordered, &new.path, message);
        }
    }

    fn added(&mut self, field: &NamedField) {
        let (old, new) = (self.old, self.new);
        let was_skipped = old.is_skipped(&field.schema.api_name)
            || old.unlisted.contains(field.schema.api_name.as_str());
        let kind = if was_skipped { Kind::Unskipped } else { Kind::Added };
        let type_name = field.schema.field_type.name();
        let message = if new.is_identifier(field) {
            format!("{type_name}, the lead identifier, which `Lead::new` requires")
        } else {
            format!("{type_name}, set by `{}`", new.setter(field))
        };
        self.rows.additive(kind, format!("{}.{}", new.path, field.schema.api_name), message);
    }

    fn removed(&mut self, field: &NamedField) {
        let (old, new) = (self.old, self.new);
        let path = format!("{}.{}", old.path, field.schema.api_name);
        let setter = old.setter(field);
        let reused = reused(&setter, new.holder(&field.ident));
        if new.is_skipped(&field.schema.api_name) {
            let message = format!(
                "`codegen: skip` lists it, so there is no `{setter}`{reused}; remove its calls"
            );
            self.rows.add(Kind::Skipped, path, Consequences::BREAKS, message);
        } else if new.unlisted.contains(field.schema.api_name.as_str()) {
            let message = format!(
                "`codegen: only` does not list it, so there is no `{setter}`{reused}; remove its calls"
            );
            self.rows.add(Kind::Skipped, path, Consequences::BREAKS, message);
        } else {
            let message = format!(
                "telecrm silently drops it{reused}; remove the calls of `{setter}`, and the key from other \
                 bodies"
            );
            self.rows.add(Kind::Removed, path, Consequences::BOTH, message);
        }
    }

    fn changed(&mut self, old_field: &NamedField, new_field: &NamedField) {
        let (old, new) = (self.old, self.new);
        let path = format!("{}.{}", new.path, new_field.schema.api_name);
        self.name(old_field, new_field);
        types::compare(
            &old_field.schema.field_type,
            &new_field.schema.field_type,
            &path,
            self.rows,
        );
        if old_field.schema.lock_after_create != new_field.schema.lock_after_create {
            self.locked(old_field, new.is_identifier(new_field), &path);
        }
        if old_field.schema.description != new_field.schema.description {
            let message = "the description changed; nothing to do".to_owned();
            self.rows.additive(Kind::Described, &path, message);
        }
        if let (Some(old_options), Some(new_options)) = (&old_field.options, &new_field.options) {
            let (old_options, new_options) =
                (old.list(old_field, old_options), new.list(new_field, new_options));
            let reused =
                reused(&old_options.type_name, new.type_holder(&old_options.options.ident));
            options::compare(&old_options, &new_options, &reused, self.ids, self.rows);
        }
    }

    fn name(&mut self, old_field: &NamedField, new_field: &NamedField) {
        let new = self.new;
        let path = format!("{}.{}", new.path, new_field.schema.api_name);
        let (before, now) = (self.old.setter(old_field), new.setter(new_field));
        let renamed = old_field.ident != new_field.ident;
        let advice = if renamed {
            let key = quoted(&format!("{}{}", new.prefix, new_field.schema.api_name));
            format!(
                "`{before}` is now `{now}`{}; rename the calls, or keep the name: \
                 `codegen.rename.fields` of {key}",
                reused(&before, new.holder(&old_field.ident))
            )
        } else {
            format!("`{now}` is still its setter")
        };
        if old_field.schema.api_name != new_field.schema.api_name {
            let (from, to) =
                (quoted(&old_field.schema.api_name), quoted(&new_field.schema.api_name));
            let message = format!(
                "{from} → {to}; {advice}; telecrm drops the old key, so rebuild all programs, and pass {to} to \
                 `Lead::set`"
            );
            let consequences = Consequences { breaks_code: renamed, drops_values: true };
            self.rows.add(Kind::Relabelled, path, consequences, message);
        } else if renamed {
            self.rows.add(Kind::Renamed, path, Consequences::BREAKS, advice);
        }
    }

    fn locked(&mut self, old_field: &NamedField, is_identifier: bool, path: &str) {
        if old_field.schema.lock_after_create {
            let message = "telecrm also accepts it for existing leads".to_owned();
            self.rows.additive(Kind::Unlocked, path, message);
        } else if is_identifier {
            let message =
                "an identifier never changes on an existing lead; nothing to do".to_owned();
            self.rows.additive(Kind::Locked, path, message);
        } else {
            let message =
                "telecrm accepts it only when the lead is created, and drops it from updates; send it with the \
                 first lead"
                    .to_owned();
            self.rows.add(Kind::Locked, path, Consequences::DROPS, message);
        }
    }

    /// Reports fields that one of the two sides skips.
    fn skipped(&mut self) {
        let (old, new) = (self.old, self.new);
        let contains = |side: &Side<'_>, api_name: &str| side.index.api_names.contains(api_name);
        for old_field in &old.skipped {
            let path = format!("{}.{}", old.path, old_field.api_name);
            match new.index.skipped.get(old_field.api_name.as_str()) {
                Some(new_field) if old_field.type_name == new_field.type_name => {}
                Some(new_field) => {
                    let (from, to) = (quoted(&old_field.type_name), quoted(&new_field.type_name));
                    let message = format!("{from} → {to}; the field is skipped, nothing to do");
                    self.rows.additive(Kind::Retyped, path, message);
                }
                None if contains(new, &old_field.api_name)
                    || new.unlisted.contains(old_field.api_name.as_str()) => {}
                None => {
                    let message = "the field was skipped, nothing to do".to_owned();
                    self.rows.additive(Kind::Removed, path, message);
                }
            }
        }
        for new_field in &new.skipped {
            let known = old.is_skipped(&new_field.api_name) || contains(old, &new_field.api_name);
            if !known && !old.unlisted.contains(new_field.api_name.as_str()) {
                let message = format!("{}, skipped", quoted(&new_field.type_name));
                self.rows.additive(
                    Kind::Added,
                    format!("{}.{}", new.path, new_field.api_name),
                    message,
                );
            }
        }
    }
}
