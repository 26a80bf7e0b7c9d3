//! Advice in reports: "did you mean", and YAML that reads back as it should.

use crate::diagnostic::{Report, Source, quoted};
use crate::yaml;

/// Help that names the nearest candidate, or says something else where none is near.
pub fn help<'a>(
    wrong: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    otherwise: impl Into<String>,
) -> String {
    nearest(wrong, candidates)
        .map_or_else(|| otherwise.into(), |near| format!("did you mean {}?", quoted(near)))
}

/// A text as YAML, checked with the reader.
#[must_use]
pub fn scalar(text: &str) -> String {
    let spelled = yaml::scalar(text);
    let mut report = Report::new(Source::new("advice", format!("- {spelled}\n- [{spelled}]\n")));
    let read = yaml::parse(&mut report);
    let items = read.as_ref().map_or(&[][..], yaml::Node::items);
    let [block, yaml::Node { value: yaml::Value::Sequence(flow), .. }] = items else {
        return yaml::escaped_scalar(text);
    };
    let same = [block].into_iter().chain(flow).all(|it| it.as_str() == Some(text));
    if same && flow.len() == 1 { spelled } else { yaml::escaped_scalar(text) }
}

/// Candidate nearest to a misspelt name, if one is near enough to be worth naming.
#[must_use]
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // People remember names without case, spaces and punctuation.
    let wrong_plain = plain(wrong);
    let length = wrong_plain.chars().count();
    let most = (length / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let plain = plain(candidate);
            let distance = strsim::damerau_levenshtein(&wrong_plain, &plain);
            // Two names that share nothing are not near, however short they are.
            let near = distance <= most && distance < plain.chars().count().min(length);
            near.then_some((distance, candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

fn plain(text: &str) -> String {
    // Nobody mistypes a label of kilobytes; comparing them takes quadratic time.
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

    proptest::proptest! {
        #[test]
        fn advice_reads_back_as_the_text(text in ".{0,12}") {
            let yaml = format!("a: {}\n", scalar(&text));
            let mut report = Report::new(Source::new("test", yaml));
            let read = yaml::parse(&mut report).expect("YAML");
            proptest::prop_assert_eq!(read.get("a").and_then(yaml::Node::as_str), Some(text.as_str()));
        }
    }
}
