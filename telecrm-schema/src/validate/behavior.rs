//! Behaviors of telecrm that no document confirms: one table with the assumed and the other values.
//!
//! The validator and the emulator read the same [`Behaviors`]. The first value of each row is the default.

use std::fmt;

use crate::suggest::nearest;

/// A behavior of telecrm that can be switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Behavior {
    /// The name: `empty_text`.
    pub name: &'static str,
    /// The behavior that the values describe.
    pub subject: &'static str,
    /// The values; the first value is the default and the [assumption](super::Assumption).
    pub values: &'static [&'static str],
    /// The ids of the assumptions that only the first value fulfils.
    pub assumptions: &'static [&'static str],
}

/// An unknown name or value of a behavior.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidBehavior {
    /// No behavior has this name.
    Name(String),
    /// The behavior has other values.
    Value {
        /// The behavior.
        behavior: &'static Behavior,
        /// The unknown value.
        value: String,
    },
}

macro_rules! behaviors {
    ($(
        $name:ident: $type:ident, $subject:literal, $($assumption:literal)+;
        $first:ident $first_value:literal $first_doc:literal
        $(, $other:ident $value:literal $doc:literal)+;
    )*) => {
        $(
            #[doc = concat!("Values of `", stringify!($name), "`: ", $subject, ".")]
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
            #[non_exhaustive]
            pub enum $type {
                #[doc = concat!("`", $first_value, "`, the default: ", $first_doc, ".")]
                #[default]
                $first,
                $(
                    #[doc = concat!("`", $value, "`: ", $doc, ".")]
                    $other,
                )+
            }
        )*

        /// The value of each [`Behavior`]. The default values are the assumptions.
        ///
        /// ```
        /// use telecrm_schema::validate::{Behaviors, LongText};
        ///
        /// let mut behaviors = Behaviors::default();
        /// behaviors.set("long_text", "cut")?;
        /// assert_eq!(behaviors.long_text, LongText::Cut);
        /// # Ok::<(), telecrm_schema::validate::InvalidBehavior>(())
        /// ```
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Behaviors {
            $(
                #[doc = concat!($subject, ".")]
                pub $name: $type,
            )*
        }

        impl Behavior {
            /// All behaviors.
            pub const ALL: &[Self] = &[$(Self {
                name: stringify!($name),
                subject: $subject,
                values: &[$first_value, $($value),+],
                assumptions: &[$($assumption),+],
            }),*];
        }

        impl Behaviors {
            /// Sets the value of a behavior.
            ///
            /// # Errors
            ///
            /// Returns [`InvalidBehavior`] for an unknown name or value.
            pub fn set(&mut self, name: &str, value: &str) -> Result<(), InvalidBehavior> {
                match (name, value) {
                    $(
                        (stringify!($name), $first_value) => self.$name = $type::$first,
                        $((stringify!($name), $value) => self.$name = $type::$other,)+
                    )*
                    _ => return Err(InvalidBehavior::new(name, value)),
                }
                Ok(())
            }
        }
    };
}

behaviors! {
    empty_text: EmptyText, "an empty text for a field whose values are texts", "A10";
        Keep "keep" "the stored value stays",
        Clear "clear" "the stored value is removed",
        Store "store" "the empty text is stored";
    null: NullValue, "`null` for a field", "A11";
        Keep "keep" "the stored value stays",
        Clear "clear" "the stored value is removed";
    tags: StoredTags, "tags for a lead that has tags", "A12";
        Replace "replace" "they replace the stored tags",
        Add "add" "they are added to the stored tags";
    unknown_label: UnknownLabel, "an unknown label of a dropdown or of tags", "A13" "A14" "A15";
        Create "create" "telecrm creates an option and stores the label",
        Drop "drop" "the label is dropped";
    long_text: LongText, "a text over the limit of its field", "A07";
        Drop "drop" "the text is dropped",
        Cut "cut" "the start of the text is stored";
    trunk_zero: TrunkZero, "a phone with a trunk 0", "A03";
        Drop "drop" "the phone is not valid",
        Strip "strip" "the phone is stored without the 0";
    plus_sign: PlusSign, "a phone with a leading `+`", "A02";
        Strip "strip" "the phone is stored without the `+`",
        Keep "keep" "the phone is stored with the `+`";
    bad_action_field: BadActionField, "an action with an invalid field, in the Async API", "A33";
        DropField "drop_field" "the action is stored without the field",
        DropAction "drop_action" "the action is dropped";
    backdated_action: BackdatedAction, "an action with `created_on` that may not be backdated", "A28";
        Drop "drop" "the action is dropped",
        StampNow "stamp_now" "the action is stored with the time of its arrival";
    locked_field: LockedField, "a new value for a `lockAfterCreate` field of a stored lead", "A41";
        Drop "drop" "the stored value stays",
        Apply "apply" "the new value is stored";
    system_note: SystemNote, "an action of type `SYSTEM_NOTE`, in the Async API", "A31";
        Drop "drop" "the action is dropped",
        Store "store" "the action is stored";
    unprefixed_action: UnprefixedAction, "an action with a code without `ACTION_`, in the Async API", "A32";
        Drop "drop" "the action is dropped",
        Store "store" "the action is stored";
}

impl Behavior {
    /// Returns the behavior with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|behavior| behavior.name == name)
    }

    /// Returns the behavior that decides about an assumption.
    #[must_use]
    pub fn of_assumption(id: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|behavior| behavior.assumptions.contains(&id))
    }
}

impl InvalidBehavior {
    fn new(name: &str, value: &str) -> Self {
        match Behavior::from_name(name) {
            None => Self::Name(name.to_owned()),
            Some(behavior) => Self::Value { behavior, value: value.to_owned() },
        }
    }
}

/// Formats the unknown word, and a similar word or all words.
impl fmt::Display for InvalidBehavior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (noun, unknown, known): (_, _, Vec<&str>) = match self {
            Self::Name(name) => {
                let names = Behavior::ALL.iter().map(|behavior| behavior.name);
                ("there is no behavior".to_owned(), name, names.collect())
            }
            Self::Value { behavior, value } => {
                (format!("`{}` has no value", behavior.name), value, behavior.values.to_vec())
            }
        };
        write!(f, "{noun} `{}`", crate::diagnostic::escaped(unknown))?;
        match nearest(unknown, known.iter().copied()) {
            Some(near) => write!(f, "; did you mean `{near}`?"),
            None => write!(f, "; it is one of {}", known.join(", ")),
        }
    }
}

impl std::error::Error for InvalidBehavior {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::Assumption;

    #[test]
    fn point_10_first_value_of_each_behavior_is_the_default() {
        for behavior in Behavior::ALL {
            let mut behaviors = Behaviors::default();
            for value in behavior.values.iter().rev() {
                behaviors.set(behavior.name, value).expect("a value of the table");
                let is_first = *value == behavior.values[0];
                assert_eq!(behaviors == Behaviors::default(), is_first, "{behavior:?}");
            }
            for id in behavior.assumptions {
                assert!(Assumption::from_id(id).is_some(), "{id}");
                assert_eq!(Behavior::of_assumption(id), Some(behavior));
            }
        }
    }

    #[test]
    fn point_10_unknown_name_or_value_is_an_error_with_similar_words() {
        let error = |name, value| Behaviors::default().set(name, value).unwrap_err().to_string();
        assert_eq!(
            error("emty_text", "keep"),
            "there is no behavior `emty_text`; did you mean `empty_text`?"
        );
        assert_eq!(
            error("empty_text", "cleer"),
            "`empty_text` has no value `cleer`; did you mean `clear`?"
        );
        assert_eq!(
            error("null", "xyz\u{1b}"),
            "`null` has no value `xyz\\u{1b}`; it is one of keep, clear"
        );
        assert!(error("", "").ends_with("system_note, unprefixed_action"));
    }
}
