//! Text from forms and CSV cells into fields: what the generated `Lead::set` calls.

use std::str::FromStr;

use crate::label::{self, Labelled, Open, parse_label};
use crate::{ValueError, Workspace, near};

/// Why `Lead::set` refused a field: the workspace has none of this name, or the text is no value of
/// its type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetError {
    /// The workspace defines no field of this API name. API names are matched to the letter.
    #[error("the telecrm workspace has no field `{}`{}", .api_name.escape_debug(), did_you_mean(*.suggestion))]
    #[non_exhaustive]
    UnknownField {
        /// The name that `set` was called with.
        api_name: String,
        /// The name that was probably meant.
        suggestion: Option<&'static str>,
    },
    /// The text is no value of the field's type.
    #[error("the telecrm field `{field}` was not set: {source}")]
    #[non_exhaustive]
    Value {
        /// The API name of the field.
        field: &'static str,
        /// What is wrong with the text, which it does not repeat.
        source: ValueError,
    },
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// Sets a field that always has a value: the identifier.
///
/// # Errors
///
/// [`SetError::Value`] where the text does not fit; the field is then as it was.
pub fn required<T: FromStr<Err = ValueError>>(
    api_name: &'static str,
    text: &str,
    field: &mut T,
) -> Result<(), SetError> {
    *field = text.parse().map_err(|source| SetError::Value { field: api_name, source })?;
    Ok(())
}

/// Sets a field that may be left out. Blank text unsets it: forms and CSV write an empty cell for an
/// absent value.
///
/// # Errors
///
/// [`SetError::Value`] where the text does not fit; the field is then as it was.
pub fn optional<T: FromStr<Err = ValueError>>(
    api_name: &'static str,
    text: &str,
    field: &mut Option<T>,
) -> Result<(), SetError> {
    *field = if text.trim().is_empty() {
        None
    } else {
        Some(text.parse().map_err(|source| SetError::Value { field: api_name, source })?)
    };
    Ok(())
}

/// A label in a list that is written as one text.
pub trait TagLabel: Sized {
    /// The label of the list that reads exactly so.
    fn listed(text: &str) -> Option<Self>;

    /// The label that stands alone between two separators.
    ///
    /// # Errors
    ///
    /// Where the field does not take it.
    fn alone(text: &str) -> Result<Self, ValueError>;
}

impl<E: Labelled> TagLabel for E {
    fn listed(text: &str) -> Option<Self> {
        label::find(text)
    }

    fn alone(text: &str) -> Result<Self, ValueError> {
        parse_label(text)
    }
}

impl<E: Labelled> TagLabel for Open<E> {
    fn listed(text: &str) -> Option<Self> {
        label::find(text).map(Self::Listed)
    }

    fn alone(text: &str) -> Result<Self, ValueError> {
        text.parse()
    }
}

/// The labels of a tags field, parted by commas, semicolons or line breaks. A label that has such a
/// mark in itself is recognised: the longest that the list has is taken. Blank text unsets the field.
///
/// # Errors
///
/// [`SetError::Value`] where the field does not take one of them; the field is then as it was.
pub fn tags<E: TagLabel>(
    api_name: &'static str,
    text: &str,
    field: &mut Option<Vec<E>>,
) -> Result<(), SetError> {
    let mut tags = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (tag, length) =
            first_tag(rest).map_err(|source| SetError::Value { field: api_name, source })?;
        tags.extend(tag);
        // Behind the label there is a separator or the end.
        rest = rest[length..].trim_start();
        rest = rest.strip_prefix(is_separator).unwrap_or(rest).trim();
    }
    *field = (!tags.is_empty()).then_some(tags);
    Ok(())
}

fn is_separator(character: char) -> bool {
    matches!(character, ',' | ';' | '\n' | '\r')
}

/// The first tag, `None` where nothing stands before the first separator, and how many bytes it is.
fn first_tag<E: TagLabel>(text: &str) -> Result<(Option<E>, usize), ValueError> {
    /// A label with more separators in itself is not looked for: each is one more comparison with
    /// the whole list, and the text may be of any length.
    const SEPARATORS_IN_A_LABEL: usize = 8;

    let ends: Vec<_> = text
        .match_indices(is_separator)
        .map(|(end, _)| end)
        .take(SEPARATORS_IN_A_LABEL)
        .chain([text.len()])
        .collect();
    for end in ends.iter().rev().copied() {
        if let Some(tag) = E::listed(text[..end].trim()) {
            return Ok((Some(tag), end));
        }
    }
    let end = ends[0];
    match text[..end].trim() {
        "" => Ok((None, end)),
        alone => Ok((Some(E::alone(alone)?), end)),
    }
}

/// The error for a name that is no field's, with the name that was probably meant.
#[must_use]
pub fn unknown(api_name: &str, workspace: &'static Workspace) -> SetError {
    let names = workspace.fields().iter().map(crate::FieldInfo::api_name);
    let names: Vec<_> = names.filter(|name| !workspace.ignored_fields().contains(name)).collect();
    SetError::UnknownField {
        api_name: api_name.to_owned(),
        suggestion: near::all(api_name, &names).first().copied(),
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;
    use crate::{FieldInfo, FieldType, Phone, Text};

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

    fn parsed<E: TagLabel>(text: &str) -> Result<Option<Vec<E>>, SetError> {
        let mut field = None;
        tags("interests", text, &mut field).map(|()| field)
    }

    static WORKSPACE: Workspace = Workspace::new(
        "phone",
        &[
            FieldInfo::new("phone", FieldType::Phone),
            FieldInfo::new("preferred_date", FieldType::Date),
        ],
        &[],
    );

    #[test]
    fn d18_an_api_name_in_another_spelling_is_refused_with_the_right_one_named() {
        for name in ["Preferred Date", "preferredDate", "prefered_date"] {
            let error = unknown(name, &WORKSPACE);
            assert_eq!(
                error.to_string(),
                format!(
                    "the telecrm workspace has no field `{name}`; did you mean `preferred_date`?"
                )
            );
        }
        assert_eq!(
            unknown("captcha\n", &WORKSPACE).to_string(),
            "the telecrm workspace has no field `captcha\\n`"
        );
    }

    #[test]
    fn blank_text_leaves_a_field_unset_and_an_identifier_refused() {
        let mut name = Some(Text::from("John"));
        optional("name", "Jane", &mut name).unwrap();
        assert_eq!(name, Some("Jane".into()));
        optional("name", " ", &mut name).unwrap();
        assert_eq!(name, None);
        let mut phone: Phone = "919999999999".parse().unwrap();
        let before = phone.clone();
        let error = required("phone", "", &mut phone).unwrap_err();
        assert_eq!(phone, before);
        let start = "the telecrm field `phone` was not set: not a telecrm phone: it is empty;";
        assert!(error.to_string().starts_with(start), "{error}");
    }

    #[test]
    fn tags_are_parted_by_commas_and_a_label_with_a_comma_is_recognised() {
        use Interest::{City, CityEast, Vip};

        let tags = |text| parsed::<Interest>(text);
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
        let error = parsed::<Interest>("VIP, vip").unwrap_err();
        let source = error.source().unwrap().to_string();
        assert_eq!(
            source,
            "not a label of the telecrm tags `interests`: labels are matched to the letter; did you mean `VIP`?"
        );
    }

    #[test]
    fn tags_of_an_open_field_may_be_new() {
        let tags = parsed::<Open<Interest>>("VIP, Kiosk; City, East").unwrap();
        let expected =
            vec![Interest::Vip.into(), Open::new_label("Kiosk"), Interest::CityEast.into()];
        assert_eq!(tags, Some(expected));
    }

    proptest::proptest! {
        #[test]
        fn no_input_panics(text in "(VIP|City|East|,|;| |\n|é)*|\\PC*") {
            let _ = parsed::<Interest>(&text);
            let _ = parsed::<Open<Interest>>(&text);
        }
    }
}
