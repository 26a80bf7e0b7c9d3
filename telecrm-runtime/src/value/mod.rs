//! The values that telecrm's field types accept (telecrm: Field Types).
//!
//! Each check is a `const fn` that returns the text to keep or a [`Reason`], so that literals (rustc)
//! and input (run time) obey the same rule.

mod date;
mod email;
mod error;
mod money;
mod number;
mod phone;
mod rating;
mod reason;
mod text;
mod url;

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

/// Implements what a value has that is a string on the wire.
macro_rules! text_on_the_wire {
    ([$($generics:tt)*] $name:ty) => {
        impl<$($generics)*> $name {
            /// The value as it goes on the wire.
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

/// Implements what a value that is checked text has. `$check` is a
/// `const fn(&str) -> Result<&str, Reason>`: the part of the text to keep, or the broken rule.
macro_rules! checked_text {
    ([$($generics:tt)*] $name:ty, $kind:ident, $check:expr, $literal:literal) => {
        $crate::value::text_on_the_wire!([$($generics)*] $name);

        impl<$($generics)*> $name {
            #[allow(dead_code, reason = "an amount is not a field")]
            pub(crate) const KIND: &'static $crate::value::Kind = &$kind;

            /// A value from a literal, checked by rustc where it stands in a `const`.
            ///
            #[doc = concat!("Write ", $literal, ", which puts it there.")]
            ///
            /// # Panics
            ///
            /// When the text does not fit: in a `const` that is a compile error. Text known only at
            /// run time goes through `parse` or `try_from`, which never panic.
            #[must_use]
            #[track_caller]
            pub const fn from_static(text: &'static str) -> Self {
                match $check(text) {
                    Ok(kept) => Self(std::borrow::Cow::Borrowed(kept)),
                    Err(reason) => panic!("{}", reason.literal_message()),
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
                    // The common case keeps the allocation.
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
