//! Spellings that people take for the same: another casing, other blanks, other punctuation.
//! Only reasons are built on this; what is stored is decided to the byte.

/// A name or label without what people get wrong in it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Near(String);

impl Near {
    /// Of an API name: case, blanks and punctuation do not count. `None` when nothing is left.
    pub(crate) fn name(name: &str) -> Option<Self> {
        let folded: String = name
            .chars()
            .filter(|c| !is_blank_or_punctuation(*c))
            .flat_map(char::to_lowercase)
            .collect();
        (!folded.is_empty()).then_some(Self(folded))
    }

    /// Of a label: as a name, and an ampersand may have become `and` or an HTML entity.
    fn label(label: &str) -> Option<Self> {
        Self::name(&label.replace("&amp;", "&").replace('&', " and "))
    }
}

/// The label of `known` that `label` is probably meant to be. Labels that differ by punctuation
/// alone (`A+`, `A-`) are told apart where they can be: equality but for case wins.
pub(crate) fn label<'k>(known: &'k [String], label: &str) -> Option<&'k str> {
    let lower = label.trim().to_lowercase();
    let by_case = known.iter().find(|k| k.trim().to_lowercase() == lower);
    let nearest = by_case.or_else(|| {
        let wanted = Near::label(label)?;
        known.iter().find(|k| Near::label(k).as_ref() == Some(&wanted))
    });
    nearest.map(String::as_str)
}

fn is_blank_or_punctuation(c: char) -> bool {
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
    fn names_differ_by_more_than_case_blanks_and_punctuation() {
        assert_eq!(Near::name("Preferred Date"), Near::name("preferred_date"));
        assert_eq!(Near::name("ÉCOLE–1"), Near::name("école 1"));
        assert_ne!(Near::name("date_1"), Near::name("date_2"));
        assert_eq!(Near::name(" _-"), None);
    }

    #[test]
    fn labels_are_found_by_case_and_ampersand() {
        let known = ["A+", "A-", "R & D", "हिन्दी"].map(String::from);
        assert_eq!(label(&known, "a-"), Some("A-"));
        assert_eq!(label(&known, "R &amp; D"), Some("R & D"));
        assert_eq!(label(&known, "r and d"), Some("R & D"));
        assert_eq!(label(&known, " हिन्दी"), Some("हिन्दी"));
        assert_eq!(label(&known, "Sales"), None);
        assert_eq!(label(&known, "+"), None);
    }
}
