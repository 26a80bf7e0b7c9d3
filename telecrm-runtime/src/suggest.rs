//! "Did you mean": names near to what was written.

/// The candidates that the text was probably meant to be, the nearest first, at most three.
pub(crate) fn near(text: &str, candidates: &[&'static str]) -> Vec<&'static str> {
    const MAX_SHOWN: usize = 3;

    let wanted = folded(text);
    let mut found: Vec<_> = candidates
        .iter()
        .filter_map(|candidate| Some((distance(text, &wanted, candidate)?, *candidate)))
        .collect();
    // Stable, so that the schema's order decides between equals.
    found.sort_by_key(|(distance, _)| *distance);
    found.dedup();
    found.into_iter().take(MAX_SHOWN).map(|(_, candidate)| candidate).collect()
}

/// `None` where the two have nothing to do with each other.
fn distance(text: &str, wanted: &str, candidate: &str) -> Option<usize> {
    if text.trim() == candidate.trim() {
        return Some(0);
    }
    let folded = folded(candidate);
    if wanted.is_empty() || folded.is_empty() {
        // Symbols and emoji alone: nothing to compare by.
        return None;
    }
    let longest = wanted.chars().count().max(folded.chars().count());
    // Input may be of any length, and the comparison takes the product of both.
    if longest > 100 {
        return None;
    }
    let distance = strsim::osa_distance(wanted, &folded);
    (distance <= longest / 4).then_some(distance + 1)
}

/// Letters and digits alone, without regard to case; marks of other scripts stay with their letters.
fn folded(text: &str) -> String {
    let ignored = |character: &char| {
        character.is_whitespace() || character.is_control() || character.is_ascii_punctuation()
    };
    text.chars().filter(|character| !ignored(character)).flat_map(char::to_lowercase).collect()
}

/// Asks whether one of the names was meant.
pub(crate) fn did_you_mean(names: &[&str]) -> String {
    format!("did you mean {}?", joined(names, " or "))
}

/// The names, each in backticks.
pub(crate) fn joined(names: &[&str], separator: &str) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spaces_punctuation_and_small_typos_are_near() {
        let names = ["contact_source", "contact_sources", "remark", "हिन्दी"];
        assert_eq!(near("Contact Source", &names), ["contact_source", "contact_sources"]);
        assert_eq!(near("remrak", &names), ["remark"]);
        assert_eq!(near("हिन्द", &names), ["हिन्दी"]);
        assert_eq!(near("तमिल", &names), Vec::<&str>::new());
        assert_eq!(near("हिन्दी ", &names), ["हिन्दी"]);
        assert_eq!(near("budget", &names), Vec::<&str>::new());
        assert_eq!(near("", &names), Vec::<&str>::new());
    }

    #[test]
    fn labels_that_differ_only_by_symbols_are_all_named() {
        assert_eq!(near("a", &["A+", "A-", "B"]), ["A+", "A-"]);
    }

    #[test]
    fn input_of_any_length_is_answered_at_once() {
        assert!(near(&"x".repeat(1_000_000), &["remark"; 300]).is_empty());
    }
}
