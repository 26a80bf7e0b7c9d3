//! "Did you mean" suggestions: names that are similar to an unknown name.

/// Returns at most three candidates that are similar to the text, the most similar first.
pub(crate) fn similar(text: &str, candidates: &[&'static str]) -> Vec<&'static str> {
    const MAX_SHOWN: usize = 3;

    let folded_text = folded(text);
    let mut found: Vec<_> = candidates
        .iter()
        .filter_map(|candidate| Some((distance(text, &folded_text, candidate)?, *candidate)))
        .collect();
    // The sort is stable: candidates with the same distance keep the order of the schema.
    found.sort_by_key(|(distance, _)| *distance);
    found.dedup();
    found.into_iter().take(MAX_SHOWN).map(|(_, candidate)| candidate).collect()
}

/// Returns at most `max` candidates, in their order: all, or those that are nearest to the text.
pub(crate) fn nearest(text: &str, candidates: &[&'static str], max: usize) -> Vec<&'static str> {
    let text = folded(text);
    let mut found: Vec<_> = candidates.iter().copied().enumerate().collect();
    if candidates.len() > max && text.chars().count() <= MAX_COMPARED {
        // A common part counts: `web` is near to `Website`.
        found.sort_by_cached_key(|(_, candidate)| {
            let candidate: String = folded(candidate).chars().take(MAX_COMPARED).collect();
            let is_part = candidate.contains(&text) || text.contains(&candidate);
            (!is_part || text.is_empty(), strsim::osa_distance(&text, &candidate))
        });
    }
    found.truncate(max);
    found.sort_unstable_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Maximum number of compared characters. Input may have any length, and the run time is proportional to
/// the product of both lengths.
const MAX_COMPARED: usize = 100;

/// Returns the edit distance of two names, or `None` if they are not similar.
fn distance(text: &str, folded_text: &str, candidate: &str) -> Option<usize> {
    if text.trim() == candidate.trim() {
        return Some(0);
    }
    let folded = folded(candidate);
    if folded_text.is_empty() || folded.is_empty() {
        // A name of symbols only has no letters to compare.
        return None;
    }
    let longest = folded_text.chars().count().max(folded.chars().count());
    if longest > MAX_COMPARED {
        return None;
    }
    let distance = strsim::osa_distance(folded_text, &folded);
    (distance <= longest / 4).then_some(distance + 1)
}

/// Returns the text in lower case, without spaces, control characters and ASCII punctuation.
///
/// Marks of other scripts are kept with their letters.
fn folded(text: &str) -> String {
    let ignored = |character: &char| {
        character.is_whitespace() || character.is_control() || character.is_ascii_punctuation()
    };
    text.chars().filter(|character| !ignored(character)).flat_map(char::to_lowercase).collect()
}

/// Returns a question that suggests the names: "did you mean `a` or `b`?".
pub(crate) fn did_you_mean(names: &[&str]) -> String {
    format!("did you mean {}?", joined(names, " or "))
}

/// Returns the names, each in backticks.
pub(crate) fn joined(names: &[&str], separator: &str) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_by_case_spaces_punctuation_or_a_typo_are_similar() {
        let names = ["contact_source", "contact_sources", "remark", "हिन्दी"];
        assert_eq!(similar("Contact Source", &names), ["contact_source", "contact_sources"]);
        assert_eq!(similar("remrak", &names), ["remark"]);
        assert_eq!(similar("हिन्द", &names), ["हिन्दी"]);
        assert_eq!(similar("तमिल", &names), Vec::<&str>::new());
        assert_eq!(similar("हिन्दी ", &names), ["हिन्दी"]);
        assert_eq!(similar("budget", &names), Vec::<&str>::new());
        assert_eq!(similar("", &names), Vec::<&str>::new());
    }

    #[test]
    fn all_labels_that_differ_only_by_symbols_are_suggested() {
        assert_eq!(similar("a", &["A+", "A-", "B"]), ["A+", "A-"]);
    }

    #[test]
    fn nearest_names_of_a_long_list_are_shown_in_their_order() {
        let names = ["Referral", "Walk-in", "Website form", "Cold Call", "Newspaper", "Call back"];
        assert_eq!(nearest("web", &names, 1), ["Website form"]);
        assert_eq!(nearest("call", &names, 2), ["Cold Call", "Call back"]);
        assert_eq!(nearest("news paper ad", &names, 1), ["Newspaper"]);
        assert_eq!(nearest("call", &names, 6), names);
        assert_eq!(nearest(&"x".repeat(1_000_000), &names, 1), ["Referral"]);
    }

    #[test]
    fn long_input_has_no_suggestion() {
        assert!(similar(&"x".repeat(1_000_000), &["remark"; 300]).is_empty());
    }
}
