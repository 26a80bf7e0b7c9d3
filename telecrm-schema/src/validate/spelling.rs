//! Spellings that people take for the same: another casing, other spaces, other punctuation.
//!
//! Only advice is built on this; what is stored is decided by exact match.

/// A name without what people get wrong in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spelling(String);

/// The spelling of an API name: case, spaces and punctuation do not count. `None` when nothing is
/// left.
pub(super) fn of_name(name: &str) -> Option<Spelling> {
    let kept = name.chars().filter(|c| !is_space_or_punctuation(*c));
    let folded: String = kept.flat_map(char::to_lowercase).collect();
    (!folded.is_empty()).then_some(Spelling(folded))
}

/// The spelling of a label: as a name, and an ampersand may have become `and` or an HTML entity.
fn of_label(label: &str) -> Option<Spelling> {
    of_name(&label.replace("&amp;", "&").replace('&', " and "))
}

/// The label of `known` that `label` is probably meant to be.
///
/// Labels that differ by punctuation alone (`A+`, `A-`) are told apart where they can be: equality
/// but for case wins. Where several labels are equally near, none is.
pub(super) fn nearest_label<'k>(known: &'k [String], label: &str) -> Option<&'k str> {
    let lower = label.trim().to_lowercase();
    let by_case = only(known.iter().filter(|it| it.trim().to_lowercase() == lower));
    let nearest = by_case.or_else(|| {
        let wanted = of_label(label)?;
        only(known.iter().filter(|it| of_label(it).as_ref() == Some(&wanted)))
    });
    nearest.map(String::as_str)
}

/// The only item, if there is exactly one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

fn is_space_or_punctuation(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || c.is_ascii_punctuation()
        // Dashes, quotes, ellipsis, zero-width and bidi characters.
        || ('\u{2000}'..='\u{206f}').contains(&c)
        || c == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_by_more_than_case_spaces_and_punctuation() {
        assert_eq!(of_name("Preferred Date"), of_name("preferred_date"));
        assert_eq!(of_name("ÉCOLE–1"), of_name("école 1"));
        assert_ne!(of_name("date_1"), of_name("date_2"));
        assert_eq!(of_name(" _-"), None);
    }

    #[test]
    fn labels_are_found_by_case_and_ampersand() {
        let known = ["A+", "A-", "R & D", "हिन्दी"].map(String::from);
        assert_eq!(nearest_label(&known, "a-"), Some("A-"));
        assert_eq!(nearest_label(&known, "R &amp; D"), Some("R & D"));
        assert_eq!(nearest_label(&known, "r and d"), Some("R & D"));
        assert_eq!(nearest_label(&known, " हिन्दी"), Some("हिन्दी"));
        assert_eq!(nearest_label(&known, "Sales"), None);
        assert_eq!(nearest_label(&known, "+"), None);
    }

    #[test]
    fn two_labels_that_are_equally_near_are_both_not_meant() {
        let known = ["A+", "A-", "vip", "VIP"].map(String::from);
        assert_eq!(nearest_label(&known, "A"), None);
        assert_eq!(nearest_label(&known, "Vip"), None);
    }
}
