//! Suggestions in reports: "did you mean".
//!
//! Suggestions ignore case, spaces and punctuation of names and labels. telecrm itself compares them
//! exactly.

use crate::diagnostic::quoted;
use crate::invisible::{is_invisible, is_joiner};

/// Returns a help text with the nearest candidate, or `otherwise` if no candidate is near.
pub fn help<'a>(
    wrong: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    otherwise: impl Into<String>,
) -> String {
    nearest(wrong, candidates)
        .map_or_else(|| otherwise.into(), |near| format!("did you mean {}?", quoted(near)))
}

/// Returns the candidate nearest to a misspelled name, if it is similar enough.
///
/// ```
/// use telecrm_schema::suggest::nearest;
///
/// assert_eq!(nearest("Webiste", ["Website", "Referral"]), Some("Website"));
/// assert_eq!(nearest("Cold Call", ["Website", "Referral"]), None);
/// ```
#[must_use]
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = folded(wrong);
    let length = wrong.chars().count();
    let max_distance = (length / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let folded = folded(candidate);
            let distance = strsim::damerau_levenshtein(&wrong, &folded);
            // Two short names without a common character are not near.
            let near = distance <= max_distance && distance < folded.chars().count().min(length);
            near.then_some((distance, candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Returns whether two names differ only in case, spaces and punctuation.
#[must_use]
pub fn same_name(first: &str, second: &str) -> bool {
    let folded_first = folded(first);
    !folded_first.is_empty() && folded_first == folded(second)
}

/// Returns the label that differs from `wrong` only in case, spaces and punctuation.
///
/// `and` and the HTML entity equal an ampersand. A label that differs only in case has priority, so
/// that labels such as `A+` and `A-` are distinguished. Returns `None` if several labels match.
pub fn same_label<'a>(wrong: &str, labels: &'a [String]) -> Option<&'a str> {
    let lower = wrong.trim().to_lowercase();
    let by_case = only(labels.iter().filter(|label| label.trim().to_lowercase() == lower));
    let nearest = by_case.or_else(|| {
        let wanted = folded(&with_and(wrong));
        let matches = |label: &&String| !wanted.is_empty() && folded(&with_and(label)) == wanted;
        only(labels.iter().filter(matches))
    });
    nearest.map(String::as_str)
}

/// Returns the only item, if there is exactly one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

fn with_and(label: &str) -> String {
    label.replace("&amp;", "&").replace('&', " and ")
}

fn folded(text: &str) -> String {
    let is_kept = |character: &char| {
        !(character.is_whitespace()
            || character.is_control()
            || character.is_ascii_punctuation()
            || is_invisible(*character)
            || is_joiner(*character)
            // Dashes, quotes, ellipsis.
            || ('\u{2010}'..='\u{205e}').contains(character))
    };
    // A long label is not a typing mistake, and the comparison takes quadratic time.
    text.chars().take(MAX_COMPARED).filter(is_kept).flat_map(char::to_lowercase).collect()
}

/// Maximum number of characters of a name that are compared.
const MAX_COMPARED: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spaces_and_punctuation_are_ignored() {
        assert_eq!(nearest("Contact-Source", ["name", "contact_source"]), Some("contact_source"));
        assert_eq!(nearest("customField", ["customFields", "customActions"]), Some("customFields"));
    }

    #[test]
    fn misspelled_name_is_near() {
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
    fn same_name_ignores_only_case_spaces_and_punctuation() {
        assert!(same_name("Preferred Date", "preferred_date"));
        assert!(same_name("ÉCOLE–1", "école 1"));
        assert!(!same_name("date_1", "date_2"));
        assert!(!same_name(" _-", "-"));
    }

    #[test]
    fn same_label_ignores_case_and_ampersand_spelling() {
        let known = ["A+", "A-", "R & D", "हिन्दी"].map(String::from);
        assert_eq!(same_label("a-", &known), Some("A-"));
        assert_eq!(same_label("R &amp; D", &known), Some("R & D"));
        assert_eq!(same_label("r and d", &known), Some("R & D"));
        assert_eq!(same_label(" हिन्दी", &known), Some("हिन्दी"));
        assert_eq!(same_label("Sales", &known), None);
        assert_eq!(same_label("+", &known), None);
    }

    #[test]
    fn ambiguous_label_has_no_match() {
        let known = ["A+", "A-", "vip", "VIP"].map(String::from);
        assert_eq!(same_label("A", &known), None);
        assert_eq!(same_label("Vip", &known), None);
    }
}
