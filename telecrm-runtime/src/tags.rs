//! Tags in the text of a form or a CSV cell.

use std::fmt;

use crate::label::{Labelled, find_label, kind_of, parse_label};
use crate::open::Open;
use crate::placeholder;
use crate::value::{Kind, ValueError};

/// A label of a tags field.
#[doc(hidden)]
pub trait Tag: Clone + fmt::Debug + PartialEq + 'static {
    /// Returns the label on the wire.
    fn label(&self) -> &str;

    /// Returns the label of the list that matches the text exactly.
    fn find(text: &str) -> Option<Self>;

    /// Reads the text between two separators as one label.
    ///
    /// # Errors
    ///
    /// Returns an error if the field does not accept the label.
    fn parse_label(text: &str) -> Result<Self, ValueError>;

    #[doc(hidden)]
    #[allow(private_interfaces, reason = "only this crate calls it")]
    fn kind() -> &'static Kind;
}

impl<E: Labelled> Tag for E {
    fn label(&self) -> &str {
        Labelled::label(*self)
    }

    fn find(text: &str) -> Option<Self> {
        find_label(text)
    }

    fn parse_label(text: &str) -> Result<Self, ValueError> {
        parse_label(text)
    }

    #[allow(private_interfaces, reason = "only this crate calls it")]
    fn kind() -> &'static Kind {
        kind_of::<E>()
    }
}

impl<E: Labelled> Tag for Open<E> {
    fn label(&self) -> &str {
        Self::label(self)
    }

    fn find(text: &str) -> Option<Self> {
        find_label(text).map(Self::Listed)
    }

    fn parse_label(text: &str) -> Result<Self, ValueError> {
        text.parse()
    }

    #[allow(private_interfaces, reason = "only this crate calls it")]
    fn kind() -> &'static Kind {
        kind_of::<E>()
    }
}

/// Reads labels that are separated by commas, semicolons or line breaks.
///
/// A label of the list may contain such a separator: the longest label of the list that matches wins.
/// Returns `None` if the text contains no label.
///
/// # Errors
///
/// Returns an error if the field does not accept one of the labels, or if one is a placeholder (D44).
pub(crate) fn parse<T: Tag>(text: &str) -> Result<Option<Vec<T>>, ValueError> {
    let mut tags = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (tag, length) = first(rest)?;
        tags.extend(tag);
        // A separator or the end of the text follows the label.
        rest = rest[length..].trim_start();
        rest = rest.strip_prefix(is_separator).unwrap_or(rest).trim();
    }
    Ok((!tags.is_empty()).then_some(tags))
}

fn is_separator(character: char) -> bool {
    matches!(character, ',' | ';' | '\n' | '\r')
}

/// Returns the first tag and its length in bytes.
///
/// The tag is `None` if the text before the first separator is blank.
fn first<T: Tag>(text: &str) -> Result<(Option<T>, usize), ValueError> {
    /// Maximum number of separators in a label. Each separator costs one comparison with the whole
    /// list, and the text may have any length.
    const MAX_SEPARATORS: usize = 8;

    let ends: Vec<_> = text
        .match_indices(is_separator)
        .map(|(end, _)| end)
        .take(MAX_SEPARATORS)
        .chain([text.len()])
        .collect();
    for end in ends.iter().rev().copied() {
        if let Some(tag) = T::find(text[..end].trim()) {
            return Ok((Some(tag), end));
        }
    }
    let end = ends[0];
    match text[..end].trim() {
        "" => Ok((None, end)),
        label => {
            placeholder::reject(label, T::kind())?;
            Ok((Some(T::parse_label(label)?), end))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Interest {
        Vip,
        City,
        CityEast,
    }

    impl Labelled for Interest {
        const API_NAME: &'static str = "interests";
        const KIND: &'static str = "tags";
        const ALL: &'static [Self] = &[Self::Vip, Self::City, Self::CityEast];

        fn label(self) -> &'static str {
            match self {
                Self::Vip => "VIP",
                Self::City => "City",
                Self::CityEast => "City, East",
            }
        }
    }

    #[test]
    fn tags_are_separated_by_commas_and_a_listed_label_may_contain_a_comma() {
        use Interest::{City, CityEast, Vip};

        let tags = parse::<Interest>;
        assert_eq!(tags("VIP"), Ok(Some(vec![Vip])));
        assert_eq!(tags(" VIP ;City\n City, East,"), Ok(Some(vec![Vip, City, CityEast])));
        assert_eq!(tags("City, VIP"), Ok(Some(vec![City, Vip])));
        assert_eq!(tags("City, East, City"), Ok(Some(vec![CityEast, City])));
        assert_eq!(tags("VIP,,\r\n,City"), Ok(Some(vec![Vip, City])));
        assert_eq!(tags(" "), Ok(None));
        assert_eq!(tags(",;"), Ok(None));
    }

    #[test]
    fn d08_unknown_tag_is_an_error() {
        let error = parse::<Interest>("VIP, vip").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm tag: it is not in the list; labels of `interests` match exactly, did you mean `VIP`?"
        );
        assert_eq!(error.id(), "D08");
    }

    #[test]
    fn open_field_accepts_new_tags() {
        let tags = parse::<Open<Interest>>("VIP, Kiosk; City, East").unwrap();
        let expected =
            vec![Interest::Vip.into(), Open::new_label("Kiosk"), Interest::CityEast.into()];
        assert_eq!(tags, Some(expected));
    }

    proptest::proptest! {
        #[test]
        fn no_input_panics(text in "(VIP|City|East|,|;| |\n|é)*|\\PC*") {
            let _ = parse::<Interest>(&text);
            let _ = parse::<Open<Interest>>(&text);
        }
    }
}
