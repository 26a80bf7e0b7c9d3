//! Which item of the new schema is which of the old one: by its name on the wire, since that is what
//! code sends; where that is gone, by id, then by what the new schema says of its past. Only by their
//! past can several have become one.

use std::collections::BTreeMap;

use telecrm_codegen::NamedSchema;

/// Whether an id means the same in both files: those of two workspaces may be equal by chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ids {
    Comparable,
    OfTwoWorkspaces,
}

impl Ids {
    pub(super) fn of(old: &NamedSchema, new: &NamedSchema) -> Self {
        match (&old.schema.enterprise_id, &new.schema.enterprise_id) {
            (Some(old), Some(new)) if old != new => Self::OfTwoWorkspaces,
            _ => Self::Comparable,
        }
    }
}

/// The keys by which an item is matched.
#[derive(Clone, Debug)]
pub(super) struct Item<'m> {
    pub(super) id: Option<&'m str>,
    /// API name, code or label.
    pub(super) name: &'m str,
    pub(super) formerly: Vec<&'m str>,
}

/// Matched pairs, by index.
#[derive(Debug)]
pub(super) struct Matching {
    new_of: Vec<Option<usize>>,
    old_of: Vec<Option<usize>>,
}

impl Matching {
    pub(super) fn of(old: &[Item<'_>], new: &[Item<'_>], ids: Ids) -> Self {
        let mut matching = Self { new_of: vec![None; old.len()], old_of: vec![None; new.len()] };
        let by_name = index(new, |item| vec![item.name]);
        matching.pair(old, |item| by_name.get(item.name).copied());
        if ids == Ids::Comparable {
            let by_id = index(new, |item| item.id.into_iter().collect());
            matching.pair(old, |item| item.id.and_then(|id| by_id.get(id).copied()));
        }
        let by_past = index(new, |item| item.formerly.clone());
        for (index, item) in old.iter().enumerate() {
            if let (None, Some(&found)) = (matching.new_of[index], by_past.get(item.name)) {
                matching.new_of[index] = Some(found);
                matching.old_of[found].get_or_insert(index);
            }
        }
        matching
    }

    /// Pairs what is alone on both sides.
    fn pair(&mut self, old: &[Item<'_>], find: impl Fn(&Item<'_>) -> Option<usize>) {
        for (index, item) in old.iter().enumerate() {
            if self.new_of[index].is_some() {
                continue;
            }
            if let Some(found) = find(item).filter(|&it| self.old_of[it].is_none()) {
                self.new_of[index] = Some(found);
                self.old_of[found] = Some(index);
            }
        }
    }

    /// Where an old item is now.
    pub(super) fn new_of(&self, old: usize) -> Option<usize> {
        self.new_of[old]
    }

    /// The new items that no old one is.
    pub(super) fn added(&self) -> impl Iterator<Item = usize> {
        (0..self.old_of.len()).filter(|&new| self.old_of[new].is_none())
    }

    /// Whether items that both have stand in another order. Only those that `counts` names by their
    /// old and new index are looked at.
    pub(super) fn is_reordered(&self, counts: impl Fn(usize, usize) -> bool) -> bool {
        let pairs = self.new_of.iter().enumerate().filter_map(|(old, new)| Some((old, (*new)?)));
        !pairs.filter(|&(old, new)| counts(old, new)).is_sorted_by_key(|(_, new)| new)
    }
}

/// The items by what they go by; the first of several with one name has it.
fn index<'m>(
    items: &[Item<'m>],
    names: impl Fn(&Item<'m>) -> Vec<&'m str>,
) -> BTreeMap<&'m str, usize> {
    let mut index = BTreeMap::new();
    for (position, item) in items.iter().enumerate() {
        for name in names(item) {
            index.entry(name).or_insert(position);
        }
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item<'m>(id: &'m str, name: &'m str, formerly: &[&'m str]) -> Item<'m> {
        Item { id: (!id.is_empty()).then_some(id), name, formerly: formerly.to_vec() }
    }

    #[test]
    fn a_name_on_the_wire_says_more_than_an_id_and_an_id_more_than_the_past() {
        let old = [item("1", "Web", &[]), item("2", "Call", &[]), item("", "Fair", &[])];
        let new = [
            item("1", "Call", &["Fair"]),
            item("2", "Phone", &["Web"]),
            item("", "Trade Fair", &["Fair"]),
            item("4", "Web", &[]),
        ];
        let matching = Matching::of(&old, &new, Ids::Comparable);
        assert_eq!(matching.new_of, [Some(3), Some(0), Some(0)], "two became one");
        assert_eq!(matching.added().collect::<Vec<_>>(), [1, 2]);
        assert!(matching.is_reordered(|_, _| true));
        assert!(!matching.is_reordered(|old, _| old != 0));

        let matching = Matching::of(&old, &new[..3], Ids::Comparable);
        assert_eq!(matching.new_of, [Some(1), Some(0), Some(0)]);
        let new = [item("1", "Site", &[])];
        assert_eq!(Matching::of(&old, &new, Ids::Comparable).new_of, [Some(0), None, None]);
        assert_eq!(Matching::of(&old, &new, Ids::OfTwoWorkspaces).new_of, [None, None, None]);
    }
}
