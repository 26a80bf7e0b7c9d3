//! Custom actions: which there are, what they are called, what may be sent with them.

use std::collections::HashMap;

use telecrm_codegen::NamedSchema;
use telecrm_codegen::names::NamedAction;
use telecrm_schema::quoted;

use super::fields::{self, Side};
use super::matching::{Ids, Item, Matching};
use super::row::{Consequences, Kind, Rows, reused};

pub(super) fn compare(old: &NamedSchema, new: &NamedSchema, ids: Ids, rows: &mut Rows) {
    let names = Names::of(&new.actions);
    let matching = Matching::of(&items(&old.actions), &items(&new.actions), ids);
    for (index, was) in old.actions.iter().enumerate() {
        match matching.new_of(index) {
            Some(now) => one(was, &new.actions[now], &names, ids, rows),
            None => gone(was, &names, rows),
        }
    }
    for index in matching.added() {
        let action = &new.actions[index];
        let message = format!(
            "{}, made by `actions::{}::new`",
            quoted(&action.schema.display_name),
            action.ident
        );
        rows.additive(Kind::Added, path(action), message);
    }
    if matching.is_reordered(|_, _| true) {
        let message = "the actions stand in another order; nothing to do".to_owned();
        rows.additive(Kind::Reordered, "actions", message);
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

fn gone(was: &NamedAction, names: &Names<'_>, rows: &mut Rows) {
    let rust = format!("actions::{}", was.ident);
    let message = format!(
        "telecrm drops actions of the type {}{}; remove the uses of `{rust}`",
        quoted(&was.schema.code),
        reused(&rust, names.structs.get(was.ident.as_str()).copied())
    );
    rows.add(Kind::Removed, path(was), Consequences::BOTH, message);
}

fn one(was: &NamedAction, is: &NamedAction, names: &Names<'_>, ids: Ids, rows: &mut Rows) {
    name(was, is, names, rows);
    module(was, is, names, rows);
    if was.schema.description != is.schema.description {
        let message = "another description; nothing to do".to_owned();
        rows.additive(Kind::Described, path(is), message);
    }
    match (was.schema.backdatable, is.schema.backdatable) {
        (true, false) => {
            let message = "telecrm drops it when it is backdated; remove the calls of `created_on`"
                .to_owned();
            rows.add(Kind::NotBackdatable, path(is), Consequences::BOTH, message);
        }
        (false, true) => {
            let message = "`created_on` may say when it happened".to_owned();
            rows.additive(Kind::Backdatable, path(is), message);
        }
        _ => {}
    }
    fields::compare(&Side::of_action(was), &Side::of_action(is), ids, rows);
}

fn name(was: &NamedAction, is: &NamedAction, names: &Names<'_>, rows: &mut Rows) {
    let (before, now) = (format!("actions::{}", was.ident), format!("actions::{}", is.ident));
    let renamed = was.ident != is.ident;
    let in_rust = if renamed {
        format!(
            "`{before}` is now `{now}`{}; rename its uses, or keep the name: \
             `codegen.rename.actions` of {}",
            reused(&before, names.structs.get(was.ident.as_str()).copied()),
            quoted(&is.schema.code)
        )
    } else {
        format!("`{now}` is still its name")
    };
    let consequences = Consequences { breaks_code: renamed, drops_values: false };
    if was.schema.display_name != is.schema.display_name {
        let (from, to) = (quoted(&was.schema.display_name), quoted(&is.schema.display_name));
        let message = format!("{from} → {to}; {in_rust}");
        rows.add(Kind::Relabelled, path(is), consequences, message);
    } else if renamed {
        rows.add(Kind::Renamed, path(is), consequences, in_rust);
    }
}

/// The module of the enums, which is there where a field has options.
fn module(was: &NamedAction, is: &NamedAction, names: &Names<'_>, rows: &mut Rows) {
    if was.module == is.module || !has_enums(was) || !has_enums(is) {
        return;
    }
    let (before, now) = (format!("actions::{}", was.module), format!("actions::{}", is.module));
    let holder = names.modules.get(was.module.as_str()).copied();
    let message = format!(
        "the module `{before}` is now `{now}`{}; rename its uses, or keep it with the name of the \
         action: `codegen.rename.actions` of {}",
        reused(&before, holder),
        quoted(&is.schema.code)
    );
    rows.add(Kind::Renamed, path(is), Consequences::BREAKS, message);
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
