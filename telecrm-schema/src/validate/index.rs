//! Binary search by name: a workspace may have hundreds of fields and options.

/// The order of a list by name: shorter ones first, since most names differ in length already.
#[derive(Clone, Debug, Default)]
pub(super) struct Index(Vec<usize>);

impl Index {
    pub(super) fn new<T>(list: &[T], name: impl Fn(&T) -> &str) -> Self {
        let mut order: Vec<usize> = (0..list.len()).collect();
        // Stable: of two with one name, the first in the list comes first.
        order.sort_by(|a, b| key(name(&list[*a])).cmp(&key(name(&list[*b]))));
        Self(order)
    }

    /// The first of this name, in the list that this was made of.
    pub(super) fn find<'l, T>(
        &self,
        list: &'l [T],
        name: impl Fn(&T) -> &str,
        wanted: &str,
    ) -> Option<&'l T> {
        let at = self.0.partition_point(|index| {
            list.get(*index).is_some_and(|it| key(name(it)) < key(wanted))
        });
        list.get(*self.0.get(at)?).filter(|it| name(it) == wanted)
    }
}

fn key(name: &str) -> (usize, &str) {
    (name.len(), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_what_a_search_from_the_start_finds() {
        let list = ["b", "a", "", "c", "a", "हाँ"].map(String::from);
        let index = Index::new(&list, String::as_str);
        for wanted in ["a", "b", "c", "", "d", "A", "हाँ", "\u{10ffff}"] {
            let found = index.find(&list, String::as_str, wanted);
            let first = list.iter().find(|it| *it == wanted);
            assert_eq!(found.map(std::ptr::from_ref), first.map(std::ptr::from_ref), "{wanted}");
        }
    }
}
