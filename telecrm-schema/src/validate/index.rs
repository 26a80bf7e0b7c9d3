//! Binary search by name, for workspaces with hundreds of fields and options.

/// Permutation that sorts a list by the length of the name, then by the name.
#[derive(Clone, Debug, Default)]
pub(super) struct Index(Vec<usize>);

impl Index {
    pub(super) fn new<T>(list: &[T], name: impl Fn(&T) -> &str) -> Self {
        let mut order: Vec<usize> = (0..list.len()).collect();
        // The sort is stable: items with the same name keep their order.
        order.sort_by(|a, b| key(name(&list[*a])).cmp(&key(name(&list[*b]))));
        Self(order)
    }

    /// Finds the first item with this name. `list` must be the list passed to [`new`](Self::new).
    pub(super) fn find<'l, T>(
        &self,
        list: &'l [T],
        name: impl Fn(&T) -> &str,
        wanted: &str,
    ) -> Option<&'l T> {
        let at = self.0.partition_point(|index| {
            list.get(*index).is_some_and(|item| key(name(item)) < key(wanted))
        });
        list.get(*self.0.get(at)?).filter(|item| name(item) == wanted)
    }
}

fn key(name: &str) -> (usize, &str) {
    (name.len(), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_equals_that_of_a_linear_search() {
        let list = ["b", "a", "", "c", "a", "हाँ"].map(String::from);
        let index = Index::new(&list, String::as_str);
        for wanted in ["a", "b", "c", "", "d", "A", "हाँ", "\u{10ffff}"] {
            let found = index.find(&list, String::as_str, wanted);
            let first = list.iter().find(|name| *name == wanted);
            assert_eq!(found.map(std::ptr::from_ref), first.map(std::ptr::from_ref), "{wanted}");
        }
    }
}
