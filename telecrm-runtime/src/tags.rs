//! Tags in one text, as a form or a CSV cell has them.

use std::fmt;

use crate::label::{Labelled, find_label, kind_of, parse_label};
use crate::open::Open;
use crate::value::{Kind, ValueError};

/// A label of a tags field.
#[doc(hidden)]
pub trait Tag: Clone + fmt::Debug + PartialEq + 'static {
    /// The label on the wire.
    fn label(&self) -> &str;

    /// The label of the list that reads exactly so.
    fn listed(text: &str) -> Option<Self>;

    /// The label that stands alone between two separators.
    ///
    /// # Errors
    ///
    /// Where the field does not take it.
    fn alone(text: &str) -> Result<Self, ValueError>;

    #[doc(hidden)]
    #[allow(private_interfaces, reason = "only this crate calls it")]
    fn kind() -> &'static Kind;
}

impl<E: Labelled> Tag for E {
    fn label(&self) -> &str {
        Labelled::label(*self)
    }

    fn listed(text: &str) -> Option<Self> {
        find_label(text)
    }

    fn alone(text: &str) -> Result<Self, ValueError> {
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

    fn listed(text: &str) -> Option<Self> {
        find_label(text).map(Self::Listed)
    }

    fn alone(text: &str) -> Result<Self, ValueError> {
        text.parse()
    }

    #[allow(private_interfaces, reason = "only this crate calls it")]
    fn kind() -> &'static Kind {
        kind_of::<E>()
    }
}

/// Labels separated by commas, semicolons or line breaks. A label that has such a mark in itself is
/// recognised: the longest that the list has is taken. `None` where there is no label.
///
/// # Errors
///
/// Where the field does not take one of them.
pub(crate) fn parse<T: Tag>(text: &str) -> Result<Option<Vec<T>>, ValueError> {
    let mut tags = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (tag, length) = first(rest)?;
        tags.extend(tag);
        // Behind the label there is a separator or the end.
        rest = rest[length..].trim_start();
        rest = rest.strip_prefix(is_separator).unwrap_or(rest).trim();
    }
    Ok((!tags.is_empty()).then_some(tags))
}

fn is_separator(character: char) -> bool {
    matches!(character, ',' | ';' | '\n' | '\r')
}

/// The first tag, `None` where nothing stands before the first separator, and how many bytes it is.
fn first<T: Tag>(text: &str) -> Result<(Option<T>, usize), ValueError> {
    /// A label with more separators in itself is not looked for: each is one more comparison with
    /// the whole list, and the text may be of any length.
    const MAX_SEPARATORS: usize = 8;

    let ends: Vec<_> = text
        .match_indices(is_separator)
        .map(|(end, _)| end)
        .take(MAX_SEPARATORS)
        .chain([text.len()])
        .collect();
    for end in ends.iter().rev().copied() {
        if let Some(tag) = T::listed(text[..end].trim()) {
            return Ok((Some(tag), end));
        }
    }
    let end = ends[0];
    match text[..end].trim() {
        "" => Ok((None, end)),
        alone => Ok((Some(T::alone(alone)?), end)),
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
    fn tags_are_separated_by_commas_and_a_label_with_a_comma_is_recognised() {
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
    fn d08_a_tag_outside_the_list_is_refused() {
        let error = parse::<Interest>("VIP, vip").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm tag: the list does not have it; labels of `interests` match exactly, did you mean `VIP`?"
        );
        assert_eq!(error.id(), "D08");
    }

    #[test]
    fn tags_of_an_open_field_may_be_new() {
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
