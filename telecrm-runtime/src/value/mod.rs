//! Values that telecrm's field types accept (telecrm: Field Types).
//!
//! Each check is a `const fn` that returns the text to keep or a [`Reason`]. The same function checks
//! literals at compile time and input at run time.

mod const_text;
mod date;
mod email;
mod error;
mod money;
mod number;
mod phone;
mod rating;
mod reason;
mod text;
mod typed;
mod url;

use const_text::trimmed;
pub use date::Date;
pub(crate) use date::UtcOffset;
pub use email::{ActiveUser, Email};
pub(crate) use error::Kind;
pub use error::ValueError;
pub use money::{Amount, Money};
pub use number::Number;
pub(crate) use phone::CountryCode;
pub use phone::Phone;
pub use rating::Rating;
pub use reason::Reason;
pub use text::{BoundedText, NonBlankText, Text};
pub use url::{MediaLink, Website};

/// Implements the methods and traits of a value that is a string on the wire.
macro_rules! text_on_the_wire {
    ([$($generics:tt)*] $name:ty) => {
        impl<$($generics)*> $name {
            /// Returns the value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<$($generics)*> AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl<$($generics)*> std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl<$($generics)*> serde_core::Serialize for $name {
            fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

/// Implements the constructors of a value that is checked text.
///
/// `$check` is a `const fn(&str) -> Result<&str, Reason>`, which returns the part of the text to keep or
/// the broken rule. `$correct` is a `const fn(&str) -> ConstText`: its text, if it passes the check, has
/// certainly the meaning of the literal.
macro_rules! checked_text {
    ([$($generics:tt)*] $name:ty, $kind:ident, $check:expr, $correct:path, $literal:literal) => {
        $crate::value::text_on_the_wire!([$($generics)*] $name);

        impl<$($generics)*> $name {
            #[allow(dead_code, reason = "an amount is not a field")]
            pub(crate) const KIND: &'static $crate::value::Kind = &$kind;

            /// Creates a value from a literal. In a `const`, rustc checks the literal.
            ///
            #[doc = concat!("Prefer ", $literal, ", which defines such a `const`.")]
            ///
            /// # Panics
            ///
            /// Panics if the text does not fit. In a `const`, the panic is a compile error. For text
            /// known only at run time, use `parse` or `try_from`, which never panic.
            #[must_use]
            #[track_caller]
            pub const fn from_static(text: &'static str) -> Self {
                match $check(text) {
                    Ok(kept) => Self(std::borrow::Cow::Borrowed(kept)),
                    Err(reason) => {
                        let corrected = $correct(text);
                        let corrected = $check(corrected.as_str());
                        panic!("{}", $kind.literal_message(reason, corrected).as_str())
                    }
                }
            }
        }

        impl<$($generics)*> TryFrom<&str> for $name {
            type Error = $crate::value::ValueError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                match $check(text) {
                    Ok(kept) => Ok(Self(std::borrow::Cow::Owned(kept.to_owned()))),
                    Err(reason) => Err($crate::value::ValueError::new(&$kind, reason)),
                }
            }
        }

        impl<$($generics)*> TryFrom<String> for $name {
            type Error = $crate::value::ValueError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                match $check(&text) {
                    // If the whole text is kept, its allocation is reused.
                    Ok(kept) if kept.len() == text.len() => Ok(Self(std::borrow::Cow::Owned(text))),
                    Ok(kept) => Ok(Self(std::borrow::Cow::Owned(kept.to_owned()))),
                    Err(reason) => Err($crate::value::ValueError::new(&$kind, reason)),
                }
            }
        }

        impl<$($generics)*> std::str::FromStr for $name {
            type Err = $crate::value::ValueError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::try_from(text)
            }
        }
    };
}

use {checked_text, text_on_the_wire};
