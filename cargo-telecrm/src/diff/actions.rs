//! Custom actions: which there are, what they are called, what may be sent with them.

use std::collections::HashMap;

use telecrm_codegen::NamedSchema;
use telecrm_codegen::names::NamedAction;
use telecrm_schema::quoted;

use super::fields::{self, Side};
use super::matching::{Ids, Item, Matching};
use super::row::{Consequences, Kind, Rows, reused};

pub(super) fn compare(old: &NamedSchema, new: &NamedSchema, ids: Ids, rows: &mut Rows) {
    Comparison { names: Names::of(&new.actions), ids, rows }.compare(&old.actions, &new.actions);
}

/// A comparison of the actions of two schemas.
struct Comparison<'c> {
    /// Rust names of the new schema.
    names: Names<'c>,
    ids: Ids,
    rows: &'c mut Rows,
}

impl Comparison<'_> {
    fn compare(&mut self, old: &[NamedAction], new: &[NamedAction]) {
        let matching = Matching::of(&items(old), &items(new), self.ids);
        for (index, action) in old.iter().enumerate() {
            match matching.new_of(index) {
                Some(now) => self.changed(action, &new[now]),
                None => self.removed(action),
            }
        }
        for index in matching.added() {
            let action = &new[index];
            let message = format!(
                "{}, made by `actions::{}::new`",
                quoted(&action.schema.display_name),
                action.ident
            );
            self.rows.additive(Kind::Added, path(action), message);
        }
        if matching.is_reordered(|_, _| true) {
            let message = "the actions stand in another order; nothing to do".to_owned();
            self.rows.additive(Kind::Reordered, "actions", message);
        }
    }

    fn removed(&mut self, old: &NamedAction) {
        let rust = format!("actions::{}", old.ident);
        let message = format!(
            "telecrm drops actions of the type {}{}; remove the uses of `{rust}`",
            quoted(&old.schema.code),
            reused(&rust, self.names.structs.get(old.ident.as_str()).copied())
        );
        self.rows.add(Kind::Removed, path(old), Consequences::BOTH, message);
    }

    fn changed(&mut self, old: &NamedAction, new: &NamedAction) {
        self.name(old, new);
        self.module(old, new);
        if old.schema.description != new.schema.description {
            let message = "another description; nothing to do".to_owned();
            self.rows.additive(Kind::Described, path(new), message);
        }
        match (old.schema.backdatable, new.schema.backdatable) {
            (true, false) => {
                let message =
                    "telecrm drops it when it is backdated; remove the calls of `created_on`"
                        .to_owned();
                self.rows.add(Kind::NotBackdatable, path(new), Consequences::BOTH, message);
            }
            (false, true) => {
                let message = "`created_on` may say when it happened".to_owned();
                self.rows.additive(Kind::Backdatable, path(new), message);
            }
            _ => {}
        }
        fields::compare(&Side::of_action(old), &Side::of_action(new), self.ids, self.rows);
    }

    fn name(&mut self, old: &NamedAction, new: &NamedAction) {
        let (before, now) = (format!("actions::{}", old.ident), format!("actions::{}", new.ident));
        let renamed = old.ident != new.ident;
        let in_rust = if renamed {
            format!(
                "`{before}` is now `{now}`{}; rename its uses, or keep the name: \
                 `codegen.rename.actions` of {}",
                reused(&before, self.names.structs.get(old.ident.as_str()).copied()),
                quoted(&new.schema.code)
            )
        } else {
            format!("`{now}` is still its name")
        };
        let consequences = Consequences { breaks_code: renamed, drops_values: false };
        if old.schema.display_name != new.schema.display_name {
            let (from, to) = (quoted(&old.schema.display_name), quoted(&new.schema.display_name));
            let message = format!("{from} → {to}; {in_rust}");
            self.rows.add(Kind::Relabelled, path(new), consequences, message);
        } else if renamed {
            self.rows.add(Kind::Renamed, path(new), consequences, in_rust);
        }
    }

    /// The module of the enums, which is there where a field has options.
    fn module(&mut self, old: &NamedAction, new: &NamedAction) {
        if old.module == new.module || !has_enums(old) || !has_enums(new) {
            return;
        }
        let (before, now) =
            (format!("actions::{}", old.module), format!("actions::{}", new.module));
        let holder = self.names.modules.get(old.module.as_str()).copied();
        let message = format!(
            "the module `{before}` is now `{now}`{}; rename its uses, or keep it with the name of the \
             action: `codegen.rename.actions` of {}",
            reused(&before, holder),
            quoted(&new.schema.code)
        );
        self.rows.add(Kind::Renamed, path(new), Consequences::BREAKS, message);
    }
}

/// An action is its code, whatever people call it.
fn items(actions: &[NamedAction]) -> Vec<Item<'_>> {
    let items = actions.iter();
    items.map(|it| Item { id: None, name: &it.schema.code, formerly: Vec::new() }).collect()
}

fn path(action: &NamedAction) -> String {
    format!("actions.{}", action.schema.code)
}

fn has_enums(action: &NamedAction) -> bool {
    action.fields.iter().any(|it| it.options.is_some())
}

/// Codes of the new actions by their Rust names, for messages.
struct Names<'m> {
    structs: HashMap<&'m str, &'m str>,
    /// A module is there where a field has options.
    modules: HashMap<&'m str, &'m str>,
}

impl<'m> Names<'m> {
    fn of(actions: &'m [NamedAction]) -> Self {
        let mut names = Self { structs: HashMap::new(), modules: HashMap::new() };
        for action in actions {
            names.structs.entry(&action.ident).or_insert(&action.schema.code);
            if has_enums(action) {
                names.modules.entry(&action.module).or_insert(&action.schema.code);
            }
        }
        names
    }
}
