//! A list of labels: options of a field, statuses, lost reasons. Which are new, gone, relabelled,
//! archived, and whether each Rust name still stands for what it stood for.

use std::collections::{BTreeMap, BTreeSet};

use telecrm_codegen::names::{Former, NamedArchived, NamedLabel, NamedStatus};
use telecrm_schema::{Stage, quoted};

use super::matching::{Ids, Item, Matching};
use super::row::{Consequences, Kind, Rows, reused};

/// A list in one of the two schemas.
#[derive(Debug)]
pub(super) struct List<'m> {
    /// Where it stands, `options.contact_source`, `statuses`.
    pub(super) path: String,
    /// Its enum in Rust.
    pub(super) type_name: String,
    /// The noun for one of its labels.
    pub(super) what: &'static str,
    /// The active ones, then the archived ones.
    pub(super) labels: Vec<Label<'m>>,
    pub(super) stranger: Stranger,
}

/// Outcome of a label that is not in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stranger {
    /// telecrm drops it.
    Dropped,
    /// telecrm adds it to the list, wanted or not.
    Created,
    /// The same, and `codegen: open` says that it is wanted.
    Welcome,
}

/// One label of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label<'m> {
    id: Option<&'m str>,
    text: &'m str,
    ident: &'m str,
    formerly: &'m [Former],
    archived: bool,
    stage: Option<Stage>,
}

impl<'m> Label<'m> {
    pub(super) fn of_active(label: &'m NamedLabel) -> Self {
        Self {
            id: label.schema.id.as_deref(),
            text: &label.schema.text,
            ident: &label.ident,
            formerly: &label.former,
            archived: false,
            stage: None,
        }
    }

    pub(super) fn of_status(status: &'m NamedStatus) -> Self {
        Self { stage: Some(status.stage), ..Self::of_active(&status.label) }
    }

    pub(super) fn of_archived(archived: &'m NamedArchived) -> Self {
        Self {
            id: archived.schema.id.as_deref(),
            text: &archived.schema.text,
            ident: &archived.ident,
            formerly: &[],
            archived: true,
            stage: None,
        }
    }

    fn item(&self) -> Item<'m> {
        let formerly = self.formerly.iter().map(|it| it.text.as_str()).collect();
        Item { id: self.id, name: self.text, formerly }
    }
}

/// The meaning of each Rust name of a list: the index of its label.
struct Names<'m>(BTreeMap<&'m str, usize>);

impl<'m> Names<'m> {
    fn of(labels: &[Label<'m>]) -> Self {
        let mut names = BTreeMap::new();
        for (index, label) in labels.iter().enumerate().filter(|(_, it)| !it.archived) {
            names.insert(label.ident, index);
            names.extend(label.formerly.iter().map(|former| (former.ident.as_str(), index)));
        }
        Self(names)
    }

    fn get(&self, ident: &str) -> Option<usize> {
        self.0.get(ident).copied()
    }
}

struct Comparison<'c, 'm> {
    old: &'c List<'m>,
    new: &'c List<'m>,
    matching: Matching,
    /// Of the new list.
    names: Names<'m>,
    /// The earlier names of each new label, by its index: several can have become one.
    past: BTreeSet<(usize, &'m str)>,
    /// The new labels by id, where ids mean the same in both.
    by_id: BTreeMap<&'m str, usize>,
}

pub(super) fn compare(old: &List<'_>, new: &List<'_>, ids: Ids, rows: &mut Rows) {
    let matching = Matching::of(&old.items(), &new.items(), ids);
    let labels = old.labels.iter().enumerate();
    let past =
        labels.filter_map(|(index, was)| Some((matching.new_of(index)?, was.text))).collect();
    let names = Names::of(&new.labels);
    let by_id = new.labels.iter().enumerate().filter(|_| ids == Ids::Comparable);
    let by_id = by_id.filter_map(|(index, label)| Some((label.id?, index))).collect();
    Comparison { old, new, matching, names, past, by_id }.all(rows);
}

impl Comparison<'_, '_> {
    fn all(&self, rows: &mut Rows) {
        for (index, was) in self.old.labels.iter().enumerate() {
            match self.matching.new_of(index) {
                Some(now) => self.one(was, now, rows),
                None => self.gone(was, rows),
            }
        }
        for index in self.matching.added() {
            let label = &self.new.labels[index];
            let message = if label.archived {
                format!("an archived {}, which telecrm drops; nothing to do", self.new.what)
            } else {
                format!("a new {}, `{}`", self.new.what, self.new.rust(label.ident))
            };
            rows.additive(Kind::Added, self.new.path_of(label), message);
        }
        for archived in [false, true] {
            let same_kind = |old: usize, new: usize| {
                self.old.labels[old].archived == archived
                    && self.new.labels[new].archived == archived
            };
            if self.matching.is_reordered(same_kind) {
                let which = if archived { "the archived ones stand" } else { "they stand" };
                let message = format!(
                    "{which} in another order, which `ALL` and comparisons of `{}` follow",
                    self.new.type_name
                );
                rows.additive(Kind::Reordered, &self.new.path, message);
            }
        }
    }

    fn gone(&self, was: &Label<'_>, rows: &mut Rows) {
        let path = self.old.path_of(was);
        if was.archived {
            let message = "it was archived; nothing to do".to_owned();
            return rows.additive(Kind::Removed, path, message);
        }
        let (rust, reused) = (self.old.rust(was.ident), self.reused(was.ident));
        let (fate, drops_values) = match self.new.stranger {
            Stranger::Dropped => ("telecrm drops it", true),
            Stranger::Created => ("telecrm would create it again", false),
            Stranger::Welcome => ("it can still be sent by `Open::new_label`", false),
        };
        let message = format!(
            "{fate}{reused}; remove `{rust}`, or where it has another label now, list this one \
             there under `formerly`"
        );
        rows.add(Kind::Removed, path, Consequences { breaks_code: true, drops_values }, message);
    }

    fn one(&self, was: &Label<'_>, now: usize, rows: &mut Rows) {
        let is = &self.new.labels[now];
        let path = self.new.path_of(is);
        let relabelled = if was.text == is.text {
            String::new()
        } else {
            format!("{} → {}; ", quoted(was.text), quoted(is.text))
        };
        match (was.archived, is.archived) {
            (false, true) => {
                let (rust, reused) = (self.old.rust(was.ident), self.reused(was.ident));
                let message = format!(
                    "{relabelled}telecrm drops it{reused}; replace `{rust}` by an active one"
                );
                rows.add(Kind::Archived, path, Consequences::BOTH, message);
            }
            (true, false) => {
                let message =
                    format!("{relabelled}it can be sent again, `{}`", self.new.rust(is.ident));
                rows.additive(Kind::Unarchived, path, message);
            }
            (true, true) => self.still_archived(was, is, &relabelled, rows),
            (false, false) => self.still_active(was, now, &relabelled, rows),
        }
    }

    fn still_archived(&self, was: &Label<'_>, is: &Label<'_>, relabelled: &str, rows: &mut Rows) {
        let path = self.new.path_of(is);
        if was.text != is.text {
            let message = format!("{relabelled}it is archived, nothing to do");
            rows.additive(Kind::Relabelled, path, message);
        } else if was.ident != is.ident {
            let message = "it is archived, nothing to do".to_owned();
            rows.additive(Kind::Renamed, path, message);
        }
    }

    fn still_active(&self, was: &Label<'_>, now: usize, relabelled: &str, rows: &mut Rows) {
        let is = &self.new.labels[now];
        let path = self.new.path_of(is);
        let works = self.names.get(was.ident) == Some(now);
        let consequences = Consequences { breaks_code: !works, drops_values: false };
        let in_rust = self.in_rust(was, is, works);
        if was.text != is.text {
            let fate = match self.new.stranger {
                Stranger::Dropped => "telecrm drops the old label",
                Stranger::Created | Stranger::Welcome => "telecrm would create the old label again",
            };
            let message = format!(
                "{relabelled}{in_rust}; {fate}, so build all programs again, and say the new one where \
                 text is read"
            );
            rows.add(Kind::Relabelled, path.clone(), consequences, message);
        } else if was.ident != is.ident {
            rows.add(Kind::Renamed, path.clone(), consequences, in_rust);
        }
        if let Some(other) = was.id.and_then(|id| self.by_id.get(id)).filter(|&&it| it != now) {
            let message = format!(
                "it is the label of another {} now, by its id; the one that had it is {}",
                self.new.what,
                quoted(self.new.labels[*other].text)
            );
            rows.additive(Kind::Reassigned, path.clone(), message);
        }
        if was.stage != is.stage
            && let (Some(from), Some(to)) = (was.stage, is.stage)
        {
            let message = format!("{from:?} → {to:?}; look at code that asks for `stage()`");
            rows.additive(Kind::Stage, path.clone(), message);
        }
        self.aliases(was, now, &path, rows);
    }

    /// Outcome of the Rust name of a label that is still active.
    fn in_rust(&self, was: &Label<'_>, is: &Label<'_>, works: bool) -> String {
        let (before, now) = (self.old.rust(was.ident), self.new.rust(is.ident));
        if was.ident == is.ident {
            format!("`{now}` is still its name")
        } else if works {
            format!("write `{now}`; `{before}` is a deprecated name of it, which warns")
        } else {
            let keep = if was.text == is.text {
                "keep the name under `codegen.rename.options`"
            } else {
                "keep the old name by listing the old label under `formerly`"
            };
            let reused = self.reused(was.ident);
            format!("`{before}` is now `{now}`{reused}; rename its uses, or {keep}")
        }
    }

    /// Names of earlier labels, which code may still use.
    fn aliases(&self, was: &Label<'_>, now: usize, path: &str, rows: &mut Rows) {
        let is = &self.new.labels[now];
        for former in was.formerly {
            if self.names.get(&former.ident) != Some(now) {
                let (rust, reused) = (self.old.rust(&former.ident), self.reused(&former.ident));
                let message =
                    format!("`{rust}` is gone{reused}; write `{}`", self.new.rust(is.ident));
                rows.add(Kind::AliasRemoved, path, Consequences::BREAKS, message);
            }
        }
        let knew = |former: &Former| {
            let same = |it: &Former| it.text == former.text && it.ident == former.ident;
            was.formerly.iter().any(same) || self.past.contains(&(now, former.text.as_str()))
        };
        for former in is.formerly.iter().filter(|it| !knew(it)) {
            let message = format!(
                "`{}` is a deprecated name of it, for its earlier label {}",
                self.new.rust(&former.ident),
                quoted(&former.text)
            );
            rows.additive(Kind::AliasAdded, path, message);
        }
    }

    fn reused(&self, ident: &str) -> String {
        let holder = self.names.get(ident).map(|it| self.new.labels[it].text);
        reused(&self.new.rust(ident), holder)
    }
}

impl<'m> List<'m> {
    fn items(&self) -> Vec<Item<'m>> {
        self.labels.iter().map(Label::item).collect()
    }

    fn path_of(&self, label: &Label<'_>) -> String {
        format!("{}.{}", self.path, label.text)
    }

    fn rust(&self, ident: &str) -> String {
        format!("{}::{ident}", self.type_name)
    }
}
