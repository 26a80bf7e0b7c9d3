//! Labels: options of dropdowns and tags, statuses, lost reasons.

use std::fmt;

use crate::invisible::is_blank;
use crate::suggest;
use crate::value::{Kind, Reason, ValueError};

/// The kinds of lists of labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelKind {
    /// The options of a dropdown field.
    Dropdown,
    /// The options of a tags field.
    Tags,
    /// The active statuses.
    Status,
    /// The active lost reasons.
    LostReason,
}

/// A generated enum of labels: the options of a field, active statuses or active lost reasons.
pub trait Labelled: Copy + Eq + fmt::Debug + 'static {
    /// The API name of the field, with its action if it belongs to one; `"status"` or `"lost reason"`.
    const API_NAME: &'static str;
    /// The kind of list, for messages.
    const KIND: LabelKind;
    /// Every label, in the schema's order.
    const ALL: &'static [Self];
    /// Archived labels, which telecrm silently drops.
    const ARCHIVED: &'static [&'static str] = &[];

    /// Returns the label on the wire.
    fn label(self) -> &'static str;
}

/// Implements the constants and traits of a generated enum of labels.
///
/// These are `ALL`, `LABELS` and `label`, [`Labelled`], `Debug` by variant, `Display` by label,
/// `FromStr` by exact label, `Eq` and `Hash`.
///
/// Each label is written once, with its variant. rustc compiles the tables faster than a `match` in each
/// function.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_labelled {
    // An open list may be empty.
    ($name:ident($kind:ident, $api_name:literal) {}) => {
        impl $name {
            /// Every label, in the order of the schema.
            pub const ALL: &'static [Self] = &[];

            /// The labels as text, in the same order.
            pub const LABELS: &'static [&'static str] = &[];

            /// Returns the label on the wire.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {}
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match *self {}
            }
        }

        $crate::impl_labelled!(@traits $name, $kind, $api_name);
    };
    (
        $name:ident($kind:ident, $api_name:literal) { $($variant:ident = $label:literal,)* }
        $(archived { $($archived:literal,)* })?
    ) => {
        impl $name {
            /// Every label, in the order of the schema.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The labels as text, in the same order.
            pub const LABELS: &'static [&'static str] = &[$($label,)*];

            /// Returns the label on the wire.
            #[must_use]
            pub const fn label(self) -> &'static str {
                Self::LABELS[self as usize]
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::__private::debug_label(::core::stringify!($($variant)*), *self as usize, f)
            }
        }

        $crate::impl_labelled!(@traits $name, $kind, $api_name $(, &[$($archived,)*])?);
    };
    (@traits $name:ident, $kind:ident, $api_name:literal $(, $archived:expr)?) => {
        impl $crate::Labelled for $name {
            const API_NAME: &'static str = $api_name;
            const KIND: $crate::LabelKind = $crate::LabelKind::$kind;
            const ALL: &'static [Self] = Self::ALL;
            $(const ARCHIVED: &'static [&'static str] = $archived;)?

            fn label(self) -> &'static str {
                Self::label(self)
            }
        }

        #[automatically_derived]
        impl ::core::cmp::Eq for $name {}

        #[automatically_derived]
        impl ::core::hash::Hash for $name {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                state.write_usize(*self as usize);
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.label())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::ValueError;

            fn from_str(label: &str) -> ::core::result::Result<Self, $crate::ValueError> {
                $crate::__private::parse_label(label)
            }
        }

        $crate::impl_label_serde!($name);
    };
}

/// Implements serde's traits by label, with feature `serde`.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! impl_label_serde {
    ($name:ident) => {
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::Labelled::label(*self))
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::deserialize_label(deserializer)
            }
        }
    };
}

/// Expands to nothing, because feature `serde` is off.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! impl_label_serde {
    ($name:ident) => {};
}

/// Deserializes a label by exact match.
///
/// # Errors
///
/// Returns an error if the deserializer fails or the label is not in the list.
#[cfg(feature = "serde")]
#[doc(hidden)]
pub fn deserialize_label<'de, E: Labelled, D: serde_core::Deserializer<'de>>(
    deserializer: D,
) -> Result<E, D::Error> {
    struct LabelVisitor<E>(std::marker::PhantomData<E>);

    impl<E: Labelled> serde_core::de::Visitor<'_> for LabelVisitor<E> {
        type Value = E;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a label of `{}`", E::API_NAME)
        }

        fn visit_str<Error: serde_core::de::Error>(self, text: &str) -> Result<E, Error> {
            parse_label(text).map_err(Error::custom)
        }
    }

    deserializer.deserialize_str(LabelVisitor(std::marker::PhantomData))
}

/// Returns the label of the list that matches the text exactly.
///
/// # Errors
///
/// Returns an error if the label is not in the list. The message suggests similar labels, or reports that
/// the label is archived.
#[doc(hidden)]
pub fn parse_label<E: Labelled>(text: &str) -> Result<E, ValueError> {
    find_label(text).ok_or_else(|| {
        let labels: Vec<_> = E::ALL.iter().map(|label| label.label()).collect();
        refused(kind_of::<E>(), E::API_NAME, &labels, E::ARCHIVED, text)
    })
}

/// Writes the name of the variant at the index.
///
/// `variants` contains the names separated by spaces. rustc compiles one text faster than a table.
///
/// # Errors
///
/// Returns an error if the formatter fails.
#[doc(hidden)]
pub fn debug_label(variants: &str, index: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(variants.split_whitespace().nth(index).unwrap_or_default())
}

pub(crate) fn find_label<E: Labelled>(text: &str) -> Option<E> {
    E::ALL.iter().copied().find(|label| label.label() == text)
}

/// Returns whether the text is a label of the list, active or archived.
pub(crate) fn declares<E: Labelled>(text: &str) -> bool {
    find_label::<E>(text).is_some() || E::ARCHIVED.contains(&text)
}

/// Returns the kind of value for a list of labels.
pub(crate) fn kind_of<E: Labelled>() -> &'static Kind {
    match E::KIND {
        LabelKind::Dropdown => &DROPDOWN,
        LabelKind::Tags => &TAGS,
        LabelKind::Status => &STATUS,
        LabelKind::LostReason => &LOST_REASON,
    }
}

const fn kind(name: &'static str, noun: &'static str, id: &'static str) -> Kind {
    Kind { name, noun, id, hint: "write a label from the list", example: "" }
}

const DROPDOWN: Kind = kind("dropdown", "dropdown label", "D06");
const TAGS: Kind = kind("tags", "tag", "D08");
const STATUS: Kind = kind("status", "status", "D14");
const LOST_REASON: Kind = kind("lost reason", "lost reason", "D16");

pub(crate) fn refused(
    kind: &'static Kind,
    api_name: &str,
    labels: &[&'static str],
    archived: &[&str],
    text: &str,
) -> ValueError {
    if archived.contains(&text) {
        let active = labels.first().map_or_else(
            || "leave the field out".to_owned(),
            |label| format!("choose an active one, such as `{label}`"),
        );
        return ValueError::with_hint(kind, Reason::ArchivedLabel, active);
    }
    if is_blank(text) {
        let hint = "leave the field out if it has no value".to_owned();
        return ValueError::with_hint(kind, Reason::Blank, hint);
    }
    let subject = match kind.name {
        "status" | "lost reason" => "labels".to_owned(),
        _ => format!("labels of `{api_name}`"),
    };
    let similar = suggest::similar(text, labels);
    let advice =
        if similar.is_empty() { listed(text, labels) } else { suggest::did_you_mean(&similar) };
    let hint = format!("{subject} match exactly, {advice}");
    ValueError::with_hint(kind, Reason::UnknownLabel, hint)
}

/// Returns the labels of the list that are nearest to the text, the number of the others, and the way to add
/// a label.
fn listed(text: &str, labels: &[&'static str]) -> String {
    const MAX_SHOWN: usize = 8;

    let shown = suggest::joined(&suggest::nearest(text, labels, MAX_SHOWN), ", ");
    let list = match labels.len() {
        0 => "the list is empty".to_owned(),
        1..=MAX_SHOWN => format!("the list contains {shown}"),
        count => format!("the list contains {shown} and {} more", count - MAX_SHOWN),
    };
    format!("{list}; add a new label in telecrm, then run `cargo telecrm pull`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Source {
        Website,
        ColdCall,
    }

    impl Labelled for Source {
        const API_NAME: &'static str = "contact_source";
        const KIND: LabelKind = LabelKind::Dropdown;
        const ALL: &'static [Self] = &[Self::Website, Self::ColdCall];

        fn label(self) -> &'static str {
            match self {
                Self::Website => "Website",
                Self::ColdCall => "Cold Call",
            }
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Fresh;

    impl Labelled for Fresh {
        const API_NAME: &'static str = "status";
        const KIND: LabelKind = LabelKind::Status;
        const ALL: &'static [Self] = &[Self];
        const ARCHIVED: &'static [&'static str] = &["Old Enquiry"];

        fn label(self) -> &'static str {
            "Fresh"
        }
    }

    #[test]
    fn d06_unknown_label_is_an_error_that_suggests_a_similar_label() {
        assert_eq!(parse_label("Cold Call"), Ok(Source::ColdCall));
        let error = parse_label::<Source>("website ").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm dropdown label: it is not in the list; labels of `contact_source` match exactly, did you mean `Website`?"
        );
        assert_eq!((error.kind(), error.id()), ("dropdown", "D06"));
        assert_eq!(error.for_person(), "Choose one from the list.");
    }

    #[test]
    fn d06_error_without_a_similar_label_shows_the_list_and_not_the_text() {
        let error = parse_label::<Source>("98765 43210").unwrap_err().to_string();
        let list = "the list contains `Website`, `Cold Call`";
        let advice = "add a new label in telecrm, then run `cargo telecrm pull`";
        assert!(error.ends_with(&format!("{list}; {advice}")), "{error}");
        let error = parse_label::<Source>(" ").unwrap_err().to_string();
        assert!(error.ends_with("it has only spaces; leave the field out if it has no value"));
        assert_eq!(
            listed("b", &["a"; 10]),
            format!(
                "the list contains `a`, `a`, `a`, `a`, `a`, `a`, `a`, `a` and 2 more; {advice}"
            )
        );
    }

    #[test]
    fn d14_unknown_status_is_an_error() {
        let error = parse_label::<Fresh>("fresh").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not an active telecrm status: it is not in the list; labels match exactly, did you mean `Fresh`?"
        );
    }

    #[test]
    fn d15_archived_status_is_an_error_that_reports_the_archiving() {
        let error = parse_label::<Fresh>("Old Enquiry").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not an active telecrm status: it is archived, and telecrm silently drops it; choose an active one, such as `Fresh`"
        );
        assert_eq!(error.id(), "D15");
    }

    #[test]
    fn d16_archived_lost_reason_is_an_error_that_reports_the_archiving() {
        let error = refused(&LOST_REASON, "lost reason", &["Price"], &["Moved"], "Moved");
        assert_eq!(
            error.to_string(),
            "not an active telecrm lost reason: it is archived, and telecrm silently drops it; choose an active one, such as `Price`"
        );
    }

    #[cfg(feature = "serde")]
    crate::impl_label_serde!(Source);

    #[cfg(feature = "serde")]
    #[test]
    fn serde_reads_and_writes_options_by_label() {
        use serde_core::{Deserialize, Serialize};

        let label = Source::ColdCall.serialize(serde_json::value::Serializer).unwrap();
        assert_eq!(label, "Cold Call");
        assert_eq!(Source::deserialize(label).unwrap(), Source::ColdCall);
        // A derived `Deserialize` would expect the name of the variant.
        let error = Source::deserialize(serde_json::json!("ColdCall")).unwrap_err();
        assert!(error.to_string().contains("did you mean `Cold Call`?"), "{error}");
    }
}
