//! Traits of the setters of text, email, phone, URL and active-users fields.

use std::borrow::Cow;

use crate::value::{ActiveUser, BoundedText, Email, MediaLink, Phone, Text, Website};

/// Types that the setter of a text field accepts: [`Text`] and the string types.
#[diagnostic::on_unimplemented(
    message = "a telecrm TEXT field takes text, not `{Self}`",
    label = "not text",
    note = "telecrm silently drops a value that is not of its field's type",
    note = "pass a `&str` or a `String`; for a value that implements `Display`, write `x.to_string()`; for input that may be empty, write `Text::non_blank(x)`"
)]
pub trait IntoText {
    /// Returns the value, or `None` to leave the field unset.
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

/// Types that the setter of a text field with length limits accepts.
///
/// `T` is the field's type in the generated module `texts`, or in the module of its action.
#[diagnostic::on_unimplemented(
    message = "a telecrm TEXT field with length limits takes its own type of `texts`, not `{Self}`",
    label = "its length is not checked",
    note = "telecrm silently drops a text outside the limits of the field",
    note = "the field's line below names its type, such as `texts::Remark`",
    note = "for a literal, write `literal!(crm::texts::Remark, \"…\")`",
    note = "for text known at run time, write `text.parse::<crm::texts::Remark>()?`"
)]
pub trait IntoBoundedText<T> {
    /// Returns the value, or `None` to leave the field unset.
    fn into_value(self) -> Option<T>;
}

#[diagnostic::do_not_recommend]
impl<const MIN: u32, const MAX: u32> IntoBoundedText<Self> for BoundedText<MIN, MAX> {
    fn into_value(self) -> Option<Self> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<const MIN: u32, const MAX: u32> IntoBoundedText<BoundedText<MIN, MAX>>
    for &BoundedText<MIN, MAX>
{
    fn into_value(self) -> Option<BoundedText<MIN, MAX>> {
        Some(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<T, U: IntoBoundedText<T>> IntoBoundedText<T> for Option<U> {
    fn into_value(self) -> Option<T> {
        self.and_then(U::into_value)
    }
}

/// Defines the trait of a field whose value is checked text. Its setter accepts only the checked type.
macro_rules! checked_text_setters {
    ($($(#[$attribute:meta])* $trait:ident, $value:ident;)*) => {$(
        $(#[$attribute])*
        pub trait $trait {
            /// Returns the value, or `None` to leave the field unset.
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
    /// Types that the setter of an email field accepts: [`Email`].
    #[diagnostic::on_unimplemented(
        message = "a telecrm EMAIL field takes an `Email`, not `{Self}`",
        label = "not a checked email address",
        note = "telecrm silently drops a malformed address",
        note = "for a literal, write `email!(\"jane.doe@example.com\")`",
        note = "for text known at run time, write `text.parse::<Email>()?`"
    )]
    IntoEmail, Email;

    /// Types that the setter of a phone field accepts: [`Phone`].
    #[diagnostic::on_unimplemented(
        message = "a telecrm PHONE field takes a `Phone`, not `{Self}`",
        label = "not a checked phone number",
        note = "telecrm silently drops a number with spaces, letters, symbols or a trunk 0",
        note = "for a literal, write `phone!(\"919999999999\")`: country code and number, digits only",
        note = "for text known at run time, write `text.parse::<Phone>()?`, or `Phone::normalize(text, \"91\")?` for user input"
    )]
    IntoPhone, Phone;

    /// Types that the setter of a website field accepts: [`Website`].
    #[diagnostic::on_unimplemented(
        message = "a telecrm WEBSITE field takes a `Website`, not `{Self}`",
        label = "not a checked URL",
        note = "telecrm silently drops a malformed URL",
        note = "for a literal, write `website!(\"https://example.com\")`",
        note = "for text known at run time, write `text.parse::<Website>()?`"
    )]
    IntoWebsite, Website;

    /// Types that the setter of a media link field accepts: [`MediaLink`].
    #[diagnostic::on_unimplemented(
        message = "a telecrm MEDIA_LINK field takes a `MediaLink`, not `{Self}`",
        label = "not a checked URL",
        note = "telecrm silently drops a malformed URL",
        note = "for a literal, write `media_link!(\"https://example.com/marks.pdf\")`",
        note = "for text known at run time, write `text.parse::<MediaLink>()?`"
    )]
    IntoMediaLink, MediaLink;

    /// Types that the setter of an active-users field accepts: [`ActiveUser`].
    #[diagnostic::on_unimplemented(
        message = "a telecrm ACTIVE_USERS field takes an `ActiveUser`, not `{Self}`",
        label = "not a team member's email address",
        note = "telecrm identifies its users by email address, and silently drops any other value",
        note = "for a literal, write `active_user!(\"asha@example.com\")`",
        note = "for text known at run time, write `text.parse::<ActiveUser>()?`"
    )]
    IntoActiveUser, ActiveUser;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_setter_accepts_every_string_type() {
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
    fn setter_accepts_a_value_and_an_option_of_it() {
        let email = email!("a@b.co");
        assert_eq!(None::<Email>.into_value(), None);
        assert_eq!(Some(email.clone()).into_value(), Some(email));
        let remark = crate::literal!(BoundedText<1, 5>, "x");
        assert_eq!(Some(&remark).into_value(), Some(remark));
    }
}
