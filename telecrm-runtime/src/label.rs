//! Labels: options of dropdowns and tags, statuses, lost reasons.

use std::fmt;
use std::str::FromStr;

use crate::invisible::is_blank;
use crate::suggest;
use crate::value::{Kind, Reason, Text, ValueError};

/// A closed list of labels: a generated enum of a dropdown's or tags field's options, of the active
/// statuses or of the active lost reasons.
pub trait Labelled: Copy + Eq + fmt::Debug + 'static {
    /// The API name of the field, or of `action field`; `"status"` and `"lost reason"` for those.
    const API_NAME: &'static str;
    /// `"dropdown"`, `"tags"`, `"status"` or `"lost reason"`.
    const KIND: &'static str;
    /// Every label, in the schema's order.
    const ALL: &'static [Self];
    /// Labels that telecrm once took and drops now.
    const ARCHIVED: &'static [&'static str] = &[];

    /// The label as it goes on the wire.
    fn label(self) -> &'static str;
}

/// Implements what a generated enum of labels has beside its variants: `ALL`, `LABELS` and `label`,
/// [`Labelled`], `Debug` by variant, `Display` by label, `FromStr` by exact label, `Eq` and `Hash`.
///
/// Each label stands here once, with its variant. The tables cost the compiler less than a `match`
/// in each function.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_labelled {
    // Open lists may have no label of their own.
    ($name:ident($kind:literal, $api_name:literal) {}) => {
        impl $name {
            /// Every label, in the order of the schema.
            pub const ALL: &'static [Self] = &[];

            /// The labels as text, in the same order.
            pub const LABELS: &'static [&'static str] = &[];

            /// The label on the wire.
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
        $name:ident($kind:literal, $api_name:literal) { $($variant:ident = $label:literal,)* }
        $(archived { $($archived:literal,)* })?
    ) => {
        impl $name {
            /// Every label, in the order of the schema.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The labels as text, in the same order.
            pub const LABELS: &'static [&'static str] = &[$($label,)*];

            /// The label on the wire.
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
    (@traits $name:ident, $kind:literal, $api_name:literal $(, $archived:expr)?) => {
        impl $crate::Labelled for $name {
            const API_NAME: &'static str = $api_name;
            const KIND: &'static str = $kind;
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

/// Implements nothing: feature `serde` is off.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! impl_label_serde {
    ($name:ident) => {};
}

/// Reads the label that is written exactly so.
///
/// # Errors
///
/// Those of the format, and a label outside the list.
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

/// The label of the list that reads exactly so.
///
/// # Errors
///
/// Where the list has no such label. The message names near ones, and says so where it is archived.
#[doc(hidden)]
pub fn parse_label<E: Labelled>(text: &str) -> Result<E, ValueError> {
    find_label(text).ok_or_else(|| {
        let labels: Vec<_> = E::ALL.iter().map(|label| label.label()).collect();
        refused(kind_of::<E>(), E::API_NAME, &labels, E::ARCHIVED, text)
    })
}

/// Writes the variant at the index, of names with spaces between them: one text costs the compiler
/// less than a table.
///
/// # Errors
///
/// Those of the formatter.
#[doc(hidden)]
pub fn debug_label(variants: &str, index: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(variants.split_whitespace().nth(index).unwrap_or_default())
}

pub(crate) fn find_label<E: Labelled>(text: &str) -> Option<E> {
    E::ALL.iter().copied().find(|label| label.label() == text)
}

/// The kind of value that the labels are.
pub(crate) fn kind_of<E: Labelled>() -> &'static Kind {
    match E::KIND {
        "tags" => &TAGS,
        "status" => &STATUS,
        "lost reason" => &LOST_REASON,
        _ => &DROPDOWN,
    }
}

const fn kind(name: &'static str, noun: &'static str, id: &'static str) -> Kind {
    Kind { name, noun, id, hint: "write a label of the list", example: "" }
}

const DROPDOWN: Kind = kind("dropdown", "dropdown label", "D06");
const TAGS: Kind = kind("tags", "tag", "D08");
const STATUS: Kind = kind("status", "status", "D14");
const LOST_REASON: Kind = kind("lost reason", "lost reason", "D16");

fn refused(
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
        let hint = "leave the field out where it has no value".to_owned();
        return ValueError::with_hint(kind, Reason::Blank, hint);
    }
    let whose = match kind.name {
        "status" | "lost reason" => "labels".to_owned(),
        _ => format!("labels of `{api_name}`"),
    };
    let near = suggest::near(text, labels);
    let advice = if near.is_empty() { listed(labels) } else { suggest::did_you_mean(&near) };
    let hint = format!("{whose} match exactly, {advice}");
    ValueError::with_hint(kind, Reason::UnknownLabel, hint)
}

/// The first labels: enough to recognise the list.
fn listed(labels: &[&'static str]) -> String {
    const SHOWN: usize = 8;

    let shown = suggest::joined(&labels[..labels.len().min(SHOWN)], ", ");
    match labels.len() {
        0 => "the list is empty".to_owned(),
        1..=SHOWN => format!("there are {shown}"),
        more => format!("there are {shown} and {} more", more - SHOWN),
    }
}

/// A label of a field that may take labels outside its list: one under `codegen: open`.
///
/// telecrm creates an option for each label that it does not know, so a typo stays in the workspace
/// for good. Hence a new label is made explicitly, by [`Open::new_label`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Open<E> {
    /// A label of the list.
    Listed(E),
    /// A label that the schema does not list.
    New(Text),
}

impl<E> Open<E> {
    /// A label that the schema does not list. telecrm adds it to the field's options.
    pub fn new_label(label: impl Into<Text>) -> Self {
        Self::New(label.into())
    }
}

impl<E: Labelled> Open<E> {
    /// The label as it goes on the wire.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Listed(label) => label.label(),
            Self::New(label) => label.as_str(),
        }
    }
}

impl<E: Labelled> From<E> for Open<E> {
    fn from(label: E) -> Self {
        Self::Listed(label)
    }
}

impl<E: Labelled> FromStr for Open<E> {
    type Err = ValueError;

    /// The label of the list that reads exactly so, else a new one. So a label that differs from a
    /// listed one by case alone is a new one, as it is in telecrm.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match find_label(text) {
            Some(label) => Ok(Self::Listed(label)),
            None if is_blank(text) => Err(refused(kind_of::<E>(), E::API_NAME, &[], &[], text)),
            None => Ok(Self::New(Text::from(text))),
        }
    }
}

impl<E: Labelled> fmt::Display for Open<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

macro_rules! archived_labels {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            label: &'static str,
        }

        impl $name {
            #[doc(hidden)]
            #[must_use]
            pub const fn new(label: &'static str) -> Self {
                Self { label }
            }

            /// The label that it had.
            #[must_use]
            pub const fn label(self) -> &'static str {
                self.label
            }
        }
    )*};
}

archived_labels! {
    /// A status that was archived in telecrm, which drops it where it is sent (telecrm: Lead Stage
    /// Pipeline). Generated as a constant of `Status`, so that using one explains itself: no setter
    /// takes it.
    ArchivedStatus;

    /// A lost reason that was archived in telecrm, which drops it where it is sent (telecrm: Lead
    /// Stage Pipeline). Generated as a constant of `LostReason`, so that using one explains itself: no
    /// setter takes it.
    ArchivedLostReason;
}

/// The stage of the pipeline that a status belongs to (telecrm: Lead Stage Pipeline, `stageType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Being worked on: `OPEN`.
    Open,
    /// Became a customer: `WON`.
    Won,
    /// Did not: `LOST`.
    Lost,
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
        const KIND: &'static str = "dropdown";
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
        const KIND: &'static str = "status";
        const ALL: &'static [Self] = &[Self];
        const ARCHIVED: &'static [&'static str] = &["Old Enquiry"];

        fn label(self) -> &'static str {
            "Fresh"
        }
    }

    #[test]
    fn d06_a_label_outside_the_list_is_refused_with_the_near_one_named() {
        assert_eq!(parse_label("Cold Call"), Ok(Source::ColdCall));
        let error = parse_label::<Source>("website ").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm dropdown label: the list does not have it; labels of `contact_source` match exactly, did you mean `Website`?"
        );
        assert_eq!((error.kind(), error.id()), ("dropdown", "D06"));
        assert_eq!(error.for_person(), "Choose one from the list.");
    }

    #[test]
    fn d06_a_label_that_is_near_none_is_not_repeated_and_the_list_is_shown() {
        let error = parse_label::<Source>("98765 43210").unwrap_err().to_string();
        assert!(error.ends_with("there are `Website`, `Cold Call`"), "{error}");
        let error = parse_label::<Source>(" ").unwrap_err().to_string();
        assert!(error.ends_with("it has only spaces; leave the field out where it has no value"));
        assert_eq!(
            listed(&["a"; 10]),
            "there are `a`, `a`, `a`, `a`, `a`, `a`, `a`, `a` and 2 more"
        );
    }

    #[test]
    fn d14_an_unknown_status_is_refused() {
        let error = parse_label::<Fresh>("fresh").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not an active telecrm status: the list does not have it; labels match exactly, did you mean `Fresh`?"
        );
    }

    #[test]
    fn d15_an_archived_status_is_refused_and_said_to_be_archived() {
        let error = parse_label::<Fresh>("Old Enquiry").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not an active telecrm status: it is archived, and telecrm silently drops it; choose an active one, such as `Fresh`"
        );
        assert_eq!(error.id(), "D15");
    }

    #[test]
    fn d16_an_archived_lost_reason_is_refused_and_said_to_be_archived() {
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
    fn options_go_through_serde_by_label() {
        use serde_core::{Deserialize, Serialize};

        let label = Source::ColdCall.serialize(serde_json::value::Serializer).unwrap();
        assert_eq!(label, "Cold Call");
        assert_eq!(Source::deserialize(label).unwrap(), Source::ColdCall);
        // A derived `Deserialize` would read Rust's name.
        let error = Source::deserialize(serde_json::json!("ColdCall")).unwrap_err();
        assert!(error.to_string().contains("did you mean `Cold Call`?"), "{error}");
    }

    #[test]
    fn an_open_field_takes_listed_labels_and_new_ones() {
        let listed: Open<Source> = "Website".parse().unwrap();
        assert_eq!(listed, Open::from(Source::Website));
        let new: Open<Source> = "Kiosk".parse().unwrap();
        assert_eq!(new, Open::new_label("Kiosk"));
        assert_eq!(new.to_string(), "Kiosk");
        assert_eq!("website".parse(), Ok(Open::<Source>::new_label("website")));
        assert!(" ".parse::<Open<Source>>().is_err());
    }
}
