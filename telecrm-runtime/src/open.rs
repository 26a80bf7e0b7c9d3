//! Labels of fields under `codegen: open`.

use std::fmt;
use std::str::FromStr;

use crate::invisible::is_blank;
use crate::label::{Labelled, find_label, kind_of, refused};
use crate::value::{Text, ValueError};

/// A label of a field under `codegen: open`, which accepts labels outside its list.
///
/// telecrm creates an option for each unknown label, so a typo in a label permanently adds an option to
/// the workspace. A new label is therefore explicit: [`Open::new_label`].
///
/// ```
/// use telecrm_runtime::Open;
/// # // A program has `telecrm_runtime::include_workspace!()` here.
/// # mod crm {
/// #     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/mod.rs"));
/// # }
/// # use crm::Interests;
///
/// let listed: Open<Interests> = "VIP".parse()?;
/// assert_eq!(listed, Open::Listed(Interests::Vip));
/// // A label that differs from an option only by case is a new label.
/// let new: Open<Interests> = "vip".parse()?;
/// assert_eq!(new, Open::new_label("vip"));
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Open<E> {
    /// A label that the schema lists.
    Listed(E),
    /// A label that the schema does not list.
    New(Text),
}

impl<E> Open<E> {
    /// Creates a label that the schema does not list. telecrm adds it to the field's options.
    pub fn new_label(label: impl Into<Text>) -> Self {
        Self::New(label.into())
    }
}

impl<E: Labelled> Open<E> {
    /// Returns the label on the wire.
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

    /// Reads a label of the list by exact match, or any other text as a new label.
    ///
    /// A label that differs from a listed label only by case is a new label, as in telecrm.
    ///
    /// # Errors
    ///
    /// Returns an error if the text has no visible character.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::LabelKind;
    use crate::value::Reason;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Website;

    impl Labelled for Website {
        const API_NAME: &'static str = "contact_source";
        const KIND: LabelKind = LabelKind::Dropdown;
        const ALL: &'static [Self] = &[Self];

        fn label(self) -> &'static str {
            "Website"
        }
    }

    #[test]
    fn listed_and_new_labels_are_accepted_and_blank_labels_are_errors() {
        assert_eq!("Website".parse(), Ok(Open::from(Website)));
        let new: Open<Website> = "Kiosk".parse().unwrap();
        assert_eq!(new, Open::new_label("Kiosk"));
        assert_eq!(new.to_string(), "Kiosk");
        assert_eq!("website".parse(), Ok(Open::<Website>::new_label("website")));
        for blank in [" ", "\u{200B} "] {
            let error = blank.parse::<Open<Website>>().unwrap_err();
            assert_eq!(error.reason(), Reason::Blank);
        }
    }
}
