//! Traits of the setters of text, email, phone, URL and active-users fields.

use std::borrow::Cow;

use crate::value::{ActiveUser, BoundedText, Email, MediaLink, Phone, Text, Website};

/// Types that the setter of a text field takes: [`Text`], and every usual form of a string.
#[diagnostic::on_unimplemented(
    message = "a telecrm TEXT field takes text, not `{Self}`",
    label = "not text",
    note = "telecrm silently drops a value that is not of its field's type",
    note = "pass a `&str` or a `String`: of anything that displays, `x.to_string()`; of input that may be empty, `Text::non_blank(x)`"
)]
pub trait IntoText {
    /// The value, or `None` to leave the field unset.
    fn into_value(self) -> Option<Text>;
}

#[diagnostic::do_not_recommend]
impl IntoText for Text {
    fn into_value(self) -> Option<Text> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl IntoText for &Text {
    fn into_value(self) -> Option<Text> {
        Some(self.clone())
    }
}

macro_rules! strings {
    ($($string:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoText for $string {
            fn into_value(self) -> Option<Text> {
                Some(self.into())
            }
        }
    )*};
}

strings!(&str, String, &String, Cow<'_, str>);

#[diagnostic::do_not_recommend]
impl<U: IntoText> IntoText for Option<U> {
    fn into_value(self) -> Option<Text> {
        self.and_then(U::into_value)
    }
}

/// Types that the setter of a text field with length limits takes: a [`BoundedText`] of the same limits.
#[diagnostic::on_unimplemented(
    message = "a telecrm TEXT field with length limits takes `BoundedText<{MIN}, {MAX}>`, not `{Self}`",
    label = "its length is not checked",
    note = "the field takes {MIN} to {MAX} Unicode characters, and telecrm silently drops a text outside these limits",
    note = "for a literal, write `literal!(BoundedText<{MIN}, {MAX}>, \"…\")`",
    note = "for text known at run time, write `text.parse::<BoundedText<{MIN}, {MAX}>>()?`"
)]
pub trait IntoBoundedText<const MIN: u32, const MAX: u32> {
    /// The value, or `None` to leave the field unset.
    fn into_value(self) -> Option<BoundedText<MIN, MAX>>;
}

#[diagnostic::do_not_recommend]
impl<const MIN: u32, const MAX: u32> IntoBoundedText<MIN, MAX> for BoundedText<MIN, MAX> {
    fn into_value(self) -> Option<BoundedText<MIN, MAX>> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<const MIN: u32, const MAX: u32> IntoBoundedText<MIN, MAX> for &BoundedText<MIN, MAX> {
    fn into_value(self) -> Option<BoundedText<MIN, MAX>> {
        Some(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<const MIN: u32, const MAX: u32, U: IntoBoundedText<MIN, MAX>> IntoBoundedText<MIN, MAX>
    for Option<U>
{
    fn into_value(self) -> Option<BoundedText<MIN, MAX>> {
        self.and_then(U::into_value)
    }
}

/// Defines the trait of a field whose value is checked text: only the checked type is taken.
macro_rules! checked_text_setters {
    ($($(#[$attribute:meta])* $trait:ident, $value:ident;)*) => {$(
        $(#[$attribute])*
        pub trait $trait {
            /// The value, or `None` to leave the field unset.
            fn into_value(self) -> Option<$value>;
        }

        #[diagnostic::do_not_recommend]
        impl $trait for $value {
            fn into_value(self) -> Option<$value> {
                Some(self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<U: $trait> $trait for Option<U> {
            fn into_value(self) -> Option<$value> {
                self.and_then(U::into_value)
            }
        }
    )*};
}

checked_text_setters! {
    /// Types that the setter of an email field takes: [`Email`].
    #[diagnostic::on_unimplemented(
        message = "a telecrm EMAIL field takes an `Email`, not `{Self}`",
        label = "not a checked email address",
        note = "telecrm silently drops a malformed address",
        note = "for a literal, write `email!(\"jane.doe@example.com\")`",
        note = "for text known at run time, write `text.parse::<Email>()?`"
    )]
    IntoEmail, Email;

    /// Types that the setter of a phone field takes: [`Phone`].
    #[diagnostic::on_unimplemented(
        message = "a telecrm PHONE field takes a `Phone`, not `{Self}`",
        label = "not a checked phone number",
        note = "telecrm silently drops a number with spaces, letters, symbols or a trunk 0",
        note = "for a literal, write `phone!(\"919999999999\")`: country code and number, digits only",
        note = "for text known at run time, write `text.parse::<Phone>()?`, or `Phone::normalize(text, \"91\")?` for what people type"
    )]
    IntoPhone, Phone;

    /// Types that the setter of a website field takes: [`Website`].
    #[diagnostic::on_unimplemented(
        message = "a telecrm WEBSITE field takes a `Website`, not `{Self}`",
        label = "not a checked URL",
        note = "telecrm silently drops a malformed URL",
        note = "for a literal, write `website!(\"https://example.com\")`",
        note = "for text known at run time, write `text.parse::<Website>()?`"
    )]
    IntoWebsite, Website;

    /// Types that the setter of a media link field takes: [`MediaLink`].
    #[diagnostic::on_unimplemented(
        message = "a telecrm MEDIA_LINK field takes a `MediaLink`, not `{Self}`",
        label = "not a checked URL",
        note = "telecrm silently drops a malformed URL",
        note = "for a literal, write `media_link!(\"https://example.com/marks.pdf\")`",
        note = "for text known at run time, write `text.parse::<MediaLink>()?`"
    )]
    IntoMediaLink, MediaLink;

    /// Types that the setter of an active-users field takes: [`ActiveUser`].
    #[diagnostic::on_unimplemented(
        message = "a telecrm ACTIVE_USERS field takes an `ActiveUser`, not `{Self}`",
        label = "not a team member's email address",
        note = "telecrm knows its users by email address, and silently drops anything else",
        note = "for a literal, write `active_user!(\"asha@example.com\")`",
        note = "for text known at run time, write `text.parse::<ActiveUser>()?`"
    )]
    IntoActiveUser, ActiveUser;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_setters_take_every_usual_form_of_a_string() {
        let owned = String::from("Jane");
        let expected = Some(Text::from("Jane"));
        assert_eq!("Jane".into_value(), expected);
        assert_eq!((&owned).into_value(), expected);
        assert_eq!(Some(owned.as_str()).into_value(), expected);
        assert_eq!(Cow::Borrowed("Jane").into_value(), expected);
        assert_eq!(expected.as_ref().into_value(), expected);
        assert_eq!(owned.into_value(), expected);
        assert_eq!(Text::non_blank(" ").into_value(), None);
    }

    #[test]
    fn setters_take_a_value_and_an_option_of_it() {
        let email = email!("a@b.co");
        assert_eq!(None::<Email>.into_value(), None);
        assert_eq!(Some(email.clone()).into_value(), Some(email));
        let remark = crate::literal!(BoundedText<1, 5>, "x");
        assert_eq!(Some(&remark).into_value(), Some(remark));
    }
}
