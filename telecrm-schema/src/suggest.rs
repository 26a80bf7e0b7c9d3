//! Advice in reports: "did you mean".
//!
//! Names and labels are compared as people remember them: without case, spaces and punctuation.
//! telecrm itself decides by exact match.

use crate::diagnostic::quoted;
use crate::invisible::{is_invisible, is_joiner};

/// Help that names the nearest candidate, or says something else where none is near.
pub fn help<'a>(
    wrong: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    otherwise: impl Into<String>,
) -> String {
    nearest(wrong, candidates)
        .map_or_else(|| otherwise.into(), |near| format!("did you mean {}?", quoted(near)))
}

/// Candidate nearest to a misspelt name, if one is near enough to be worth naming.
#[must_use]
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = folded(wrong);
    let length = wrong.chars().count();
    let most = (length / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let folded = folded(candidate);
            let distance = strsim::damerau_levenshtein(&wrong, &folded);
            // Two names that share nothing are not near, however short.
            let near = distance <= most && distance < folded.chars().count().min(length);
            near.then_some((distance, candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Whether one name is another casing or spelling of the other.
#[must_use]
pub fn same_name(one: &str, other: &str) -> bool {
    let folded_one = folded(one);
    !folded_one.is_empty() && folded_one == folded(other)
}

/// The label that `wrong` is another casing or spelling of.
///
/// An ampersand may have become `and` or an HTML entity. Labels that differ by punctuation alone
/// (`A+`, `A-`) are told apart where they can be: equality but for case wins. Where several labels
/// are equally near, none is.
pub fn same_label<'a>(wrong: &str, labels: &'a [String]) -> Option<&'a str> {
    let lower = wrong.trim().to_lowercase();
    let by_case = only(labels.iter().filter(|it| it.trim().to_lowercase() == lower));
    let nearest = by_case.or_else(|| {
        let wanted = folded(&with_and(wrong));
        let same = |it: &&String| !wanted.is_empty() && folded(&with_and(it)) == wanted;
        only(labels.iter().filter(same))
    });
    nearest.map(String::as_str)
}

/// The only item, if there is exactly one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

fn with_and(label: &str) -> String {
    label.replace("&amp;", "&").replace('&', " and ")
}

fn folded(text: &str) -> String {
    let is_kept = |it: &char| {
        !(it.is_whitespace()
            || it.is_control()
            || it.is_ascii_punctuation()
            || is_invisible(*it)
            || is_joiner(*it)
            // Dashes, quotes, ellipsis.
            || ('\u{2010}'..='\u{205e}').contains(it))
    };
    // Nobody mistypes a label of kilobytes; comparing them takes quadratic time.
    text.chars().take(MAX_COMPARED).filter(is_kept).flat_map(char::to_lowercase).collect()
}

/// The most characters of a name that are compared.
const MAX_COMPARED: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spaces_and_punctuation_do_not_count() {
        assert_eq!(nearest("Contact-Source", ["name", "contact_source"]), Some("contact_source"));
        assert_eq!(nearest("customField", ["customFields", "customActions"]), Some("customFields"));
    }

    #[test]
    fn a_typing_mistake_is_near() {
        assert_eq!(nearest("Webiste", ["Website", "Referral"]), Some("Website"));
        assert_eq!(nearest("DORPDOWN", ["DROPDOWN", "DATE"]), Some("DROPDOWN"));
    }

    #[test]
    fn distant_names_are_not_suggested() {
        assert_eq!(nearest("Cold Call", ["Website", "Referral"]), None);
        assert_eq!(nearest("", ["a", "b"]), None);
        assert_eq!(nearest("x", ["y"]), None);
    }

    #[test]
    fn names_differ_by_more_than_case_spaces_and_punctuation() {
        assert!(same_name("Preferred Date", "preferred_date"));
        assert!(same_name("ÉCOLE–1", "école 1"));
        assert!(!same_name("date_1", "date_2"));
        assert!(!same_name(" _-", "-"));
    }

    #[test]
    fn labels_are_found_by_case_and_ampersand() {
        let known = ["A+", "A-", "R & D", "हिन्दी"].map(String::from);
        assert_eq!(same_label("a-", &known), Some("A-"));
        assert_eq!(same_label("R &amp; D", &known), Some("R & D"));
        assert_eq!(same_label("r and d", &known), Some("R & D"));
        assert_eq!(same_label(" हिन्दी", &known), Some("हिन्दी"));
        assert_eq!(same_label("Sales", &known), None);
        assert_eq!(same_label("+", &known), None);
    }

    #[test]
    fn two_labels_that_are_equally_near_are_both_not_meant() {
        let known = ["A+", "A-", "vip", "VIP"].map(String::from);
        assert_eq!(same_label("A", &known), None);
        assert_eq!(same_label("Vip", &known), None);
    }
}
