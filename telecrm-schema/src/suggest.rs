//! "Did you mean": the candidate that somebody most likely meant.

/// The nearest of the candidates, if one is near enough to be worth naming.
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A name is compared as people remember it: without case, blanks and punctuation.
    let wrong_plain = plain(wrong);
    let length = wrong_plain.chars().count();
    let most = (length / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let plain = plain(candidate);
            let distance = strsim::damerau_levenshtein(&wrong_plain, &plain);
            // Two names that share nothing are not near, however short.
            let near = distance <= most && distance < plain.chars().count().min(length);
            near.then_some((distance, candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

fn plain(text: &str) -> String {
    // Labels of kilobytes are nobody's typing mistake.
    text.chars()
        .take(80)
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_blanks_and_punctuation_do_not_count() {
        assert_eq!(nearest("Contact-Source", ["name", "contact_source"]), Some("contact_source"));
        assert_eq!(nearest("customField", ["customFields", "customActions"]), Some("customFields"));
    }

    #[test]
    fn a_slip_of_the_finger_is_near() {
        assert_eq!(nearest("Webiste", ["Website", "Referral"]), Some("Website"));
        assert_eq!(nearest("DORPDOWN", ["DROPDOWN", "DATE"]), Some("DROPDOWN"));
    }

    #[test]
    fn what_is_not_near_is_not_named() {
        assert_eq!(nearest("Cold Call", ["Website", "Referral"]), None);
        assert_eq!(nearest("", ["a", "b"]), None);
        assert_eq!(nearest("x", ["y"]), None);
    }
}
