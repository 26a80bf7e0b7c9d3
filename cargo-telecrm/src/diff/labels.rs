//! Changes of a list of labels: options of a field, statuses, lost reasons. Reports added, removed,
//! relabelled and archived labels, and whether each Rust name still has its meaning.

use std::collections::{BTreeMap, BTreeSet};

use telecrm_codegen::names::{Former, NamedArchived, NamedLabel, NamedStatus};
use telecrm_schema::suggest::nearest;
use telecrm_schema::{Spanned, Stage, quoted, yaml};

use super::matching::{Ids, Item, Matching};
use super::row::{Consequences, Kind, Rows, reused};

/// A list in one of the two schemas.
#[derive(Debug)]
pub(super) struct List<'m> {
    /// The path of the list, `options.contact_source` or `statuses`.
    pub(super) path: String,
    /// The path of its enum in Rust.
    pub(super) type_name: String,
    /// The noun for one label of the list.
    pub(super) noun: &'static str,
    /// The active labels, then the archived ones.
    pub(super) labels: Vec<Label<'m>>,
    pub(super) unknown: UnknownLabel,
}

/// telecrm's treatment of a label that is not in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnknownLabel {
    /// telecrm drops it.
    Dropped,
    /// telecrm adds it to the list, which the schema does not allow.
    Created,
    /// telecrm adds it to the list, which `codegen: open` allows.
    Allowed,
}

/// One label of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label<'m> {
    id: Option<&'m str>,
    text: &'m str,
    ident: &'m str,
    /// The earlier labels in the file.
    earlier: &'m [Spanned<String>],
    /// The earlier labels with a Rust name that differs from all current names.
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
            earlier: &label.schema.formerly,
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
            earlier: &[],
            formerly: &[],
            archived: true,
            stage: None,
        }
    }

    fn item(&self) -> Item<'m> {
        let formerly = self.earlier.iter().map(|earlier| earlier.value.as_str()).collect();
        Item { id: self.id, name: self.text, formerly }
    }
}

/// The Rust names of a list, with the index of the label that each name means.
struct Names<'m>(BTreeMap<&'m str, usize>);

impl<'m> Names<'m> {
    fn of(labels: &[Label<'m>]) -> Self {
        let mut names = BTreeMap::new();
        for (index, label) in labels.iter().enumerate().filter(|(_, label)| !label.archived) {
            names.insert(label.ident, index);
            names.extend(label.formerly.iter().map(|former| (former.ident.as_str(), index)));
        }
        Self(names)
    }

    fn get(&self, ident: &str) -> Option<usize> {
        self.0.get(ident).copied()
    }
}

/// Maximum number of added labels that are compared with each removed label.
const MAX_CANDIDATES: usize = 100;

struct Comparison<'c, 'm> {
    old: &'c List<'m>,
    new: &'c List<'m>,
    matching: Matching,
    /// The Rust names of the new list.
    names: Names<'m>,
    /// The old labels of each new label, by its index. Several old labels can have become one.
    past: BTreeSet<(usize, &'m str)>,
    /// Whether ids of both lists are comparable.
    has_ids: bool,
    /// The active labels that no old label became.
    added: Vec<&'c Label<'m>>,
    /// The number of active old labels that became no new label.
    removed: usize,
    /// The new labels by id, if ids are comparable.
    by_id: BTreeMap<&'m str, usize>,
}

pub(super) fn compare(old: &List<'_>, new: &List<'_>, ids: Ids, rows: &mut Rows) {
    let matching = Matching::of(&old.items(), &new.items(), ids);
    let labels = old.labels.iter().enumerate();
    let past =
        labels.filter_map(|(index, old)| Some((matching.new_of(index)?, old.text))).collect();
    let names = Names::of(&new.labels);
    let by_id = new.labels.iter().enumerate().filter(|_| ids == Ids::Comparable);
    let by_id = by_id.filter_map(|(index, label)| Some((label.id?, index))).collect();
    let has_ids = ids == Ids::Comparable;
    let added = matching.added().map(|index| &new.labels[index]);
    let added = added.filter(|label| !label.archived).collect();
    let labels = old.labels.iter().enumerate();
    let is_removed =
        |(index, label): &(usize, &Label<'_>)| !label.archived && matching.new_of(*index).is_none();
    let removed = labels.filter(is_removed).count();
    Comparison { old, new, matching, names, past, has_ids, added, removed, by_id }.compare(rows);
}

impl Comparison<'_, '_> {
    fn compare(&self, rows: &mut Rows) {
        for (index, old) in self.old.labels.iter().enumerate() {
            match self.matching.new_of(index) {
                Some(now) => self.matched(old, now, rows),
                None => self.removed(old, rows),
            }
        }
        for index in self.matching.added() {
            let label = &self.new.labels[index];
            let message = if label.archived {
                format!("an archived {}, which telecrm drops; nothing to do", self.new.noun)
            } else {
                format!("a new {}, `{}`", self.new.noun, self.new.rust(label.ident))
            };
            rows.additive(Kind::Added, self.new.path_of(label), message);
        }
        for archived in [false, true] {
            let same_kind = |old: usize, new: usize| {
                self.old.labels[old].archived == archived
                    && self.new.labels[new].archived == archived
            };
            if self.matching.is_reordered(same_kind) {
                let labels = if archived { "archived labels" } else { "labels" };
                let message = format!(
                    "the order of the {labels} changed, and with it `ALL` and comparisons of `{}`",
                    self.new.type_name
                );
                rows.additive(Kind::Reordered, &self.new.path, message);
            }
        }
    }

    fn removed(&self, old: &Label<'_>, rows: &mut Rows) {
        let path = self.old.path_of(old);
        if old.archived {
            let message = "it was archived; nothing to do".to_owned();
            return rows.additive(Kind::Removed, path, message);
        }
        let (rust, reused) = (self.old.rust(old.ident), self.reused(old.ident));
        let (effect, drops_values) = match self.new.unknown {
            UnknownLabel::Dropped => ("telecrm drops it", true),
            UnknownLabel::Created => ("telecrm would create it again", false),
            UnknownLabel::Allowed => ("it can still be sent by `Open::new_label`", false),
        };
        let advice = match self.probable_new_label(old) {
            Some(new) => format!(
                "if {} is its new label, add `formerly: [{}]` to that label; otherwise remove `{rust}`",
                quoted(new),
                yaml::scalar(old.text)
            ),
            None => format!(
                "remove `{rust}`, or if the option has a new label, list this label there under `formerly`"
            ),
        };
        let message = format!("{effect}{reused}; {advice}");
        rows.add(Kind::Removed, path, Consequences { breaks_code: true, drops_values }, message);
    }

    /// Returns the added label that is probably the new text of a removed label. Labels with comparable
    /// ids are never a rename, since their ids differ.
    fn probable_new_label(&self, old: &Label<'_>) -> Option<&str> {
        let have_ids = |label: &Label<'_>| self.has_ids && old.id.is_some() && label.id.is_some();
        let candidates = self.added.iter().filter(|label| !have_ids(label)).map(|label| label.text);
        match self.added[..] {
            [only] if self.removed == 1 => (!have_ids(only)).then_some(only.text),
            // Two unrelated long lists would need too many comparisons.
            _ if self.added.len() > MAX_CANDIDATES => None,
            _ => nearest(old.text, candidates),
        }
    }

    fn matched(&self, old: &Label<'_>, now: usize, rows: &mut Rows) {
        let new = &self.new.labels[now];
        let path = self.new.path_of(new);
        let relabelled = if old.text == new.text {
            String::new()
        } else {
            format!("{} → {}; ", quoted(old.text), quoted(new.text))
        };
        match (old.archived, new.archived) {
            (false, true) => {
                let (rust, reused) = (self.old.rust(old.ident), self.reused(old.ident));
                let message = format!(
                    "{relabelled}telecrm drops it{reused}; replace `{rust}` with an active label"
                );
                rows.add(Kind::Archived, path, Consequences::BOTH, message);
            }
            (true, false) => {
                let message =
                    format!("{relabelled}it can be sent again, `{}`", self.new.rust(new.ident));
                rows.additive(Kind::Unarchived, path, message);
            }
            (true, true) => self.still_archived(old, new, &relabelled, rows),
            (false, false) => self.still_active(old, now, &relabelled, rows),
        }
    }

    fn still_archived(&self, old: &Label<'_>, new: &Label<'_>, relabelled: &str, rows: &mut Rows) {
        let path = self.new.path_of(new);
        if old.text != new.text {
            let message = format!("{relabelled}it is archived, nothing to do");
            rows.additive(Kind::Relabelled, path, message);
        } else if old.ident != new.ident {
            let message = "it is archived, nothing to do".to_owned();
            rows.additive(Kind::Renamed, path, message);
        }
    }

    fn still_active(&self, old: &Label<'_>, now: usize, relabelled: &str, rows: &mut Rows) {
        let new = &self.new.labels[now];
        let path = self.new.path_of(new);
        let works = self.names.get(old.ident) == Some(now);
        let consequences = Consequences { breaks_code: !works, drops_values: false };
        let in_rust = self.in_rust(old, new, works);
        if old.text != new.text {
            let effect = match self.new.unknown {
                UnknownLabel::Dropped => "telecrm drops the old label",
                UnknownLabel::Created | UnknownLabel::Allowed => {
                    "telecrm would create the old label again"
                }
            };
            let message = format!(
                "{relabelled}{in_rust}; {effect}, so rebuild all programs, and use the new label in text \
                 that programs read"
            );
            rows.add(Kind::Relabelled, path.clone(), consequences, message);
        } else if old.ident != new.ident {
            rows.add(Kind::Renamed, path.clone(), consequences, in_rust);
        }
        if let Some(other) = old.id.and_then(|id| self.by_id.get(id)).filter(|&&index| index != now)
        {
            let message = format!(
                "by its id, this is now the label of another {}; the {} that had it is now {}",
                self.new.noun,
                self.new.noun,
                quoted(self.new.labels[*other].text)
            );
            rows.additive(Kind::Reassigned, path.clone(), message);
        }
        if old.stage != new.stage
            && let (Some(from), Some(to)) = (old.stage, new.stage)
        {
            let message = format!("{from:?} → {to:?}; check the uses of `stage()`");
            rows.additive(Kind::Stage, path.clone(), message);
        }
        self.aliases(old, now, &path, rows);
    }

    /// Describes the Rust name of a label that is still active.
    fn in_rust(&self, old: &Label<'_>, new: &Label<'_>, works: bool) -> String {
        let (before, now) = (self.old.rust(old.ident), self.new.rust(new.ident));
        if old.ident == new.ident {
            format!("`{now}` is still its name")
        } else if works {
            format!("write `{now}`; `{before}` still compiles, with a deprecation warning")
        } else {
            let keep = if old.text == new.text {
                "keep the name under `codegen.rename.options`"
            } else {
                "keep the old name by listing the old label under `formerly`"
            };
            let reused = self.reused(old.ident);
            format!("`{before}` is now `{now}`{reused}; rename its uses, or {keep}")
        }
    }

    /// Reports the deprecated names of earlier labels.
    fn aliases(&self, old: &Label<'_>, now: usize, path: &str, rows: &mut Rows) {
        let new = &self.new.labels[now];
        for former in old.formerly {
            if self.names.get(&former.ident) != Some(now) {
                let (rust, reused) = (self.old.rust(&former.ident), self.reused(&former.ident));
                let message = format!(
                    "`{rust}` no longer exists{reused}; write `{}`",
                    self.new.rust(new.ident)
                );
                rows.add(Kind::AliasRemoved, path, Consequences::BREAKS, message);
            }
        }
        let existed = |former: &Former| {
            let is_equal =
                |other: &Former| other.text == former.text && other.ident == former.ident;
            old.formerly.iter().any(is_equal) || self.past.contains(&(now, former.text.as_str()))
        };
        for former in new.formerly.iter().filter(|former| !existed(former)) {
            let message = format!(
                "`{}` is now a deprecated name, for the earlier label {}",
                self.new.rust(&former.ident),
                quoted(&former.text)
            );
            rows.additive(Kind::AliasAdded, path, message);
        }
    }

    fn reused(&self, ident: &str) -> String {
        let holder = self.names.get(ident).map(|index| self.new.labels[index].text);
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
