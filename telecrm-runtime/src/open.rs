//! Labels of fields under `codegen: open`.

use std::fmt;
use std::str::FromStr;

use crate::invisible::is_blank;
use crate::label::{Labelled, find_label, kind_of, refused};
use crate::value::{Text, ValueError};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Reason;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Website;

    impl Labelled for Website {
        const API_NAME: &'static str = "contact_source";
        const KIND: &'static str = "dropdown";
        const ALL: &'static [Self] = &[Self];

        fn label(self) -> &'static str {
            "Website"
        }
    }

    #[test]
    fn listed_and_new_labels_are_accepted_and_blank_ones_refused() {
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
