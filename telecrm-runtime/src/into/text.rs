//! Setters of fields that hold text.

use std::borrow::Cow;

use crate::{ActiveUser, BoundedText, Email, MediaLink, NonBlankText, Phone, Text, Website};

/// What the setter of a text field takes: [`Text`], and every usual form of a string.
#[diagnostic::on_unimplemented(
    message = "a telecrm TEXT field takes text, not `{Self}`",
    label = "not text",
    note = "telecrm drops a value that is not of its field's type, without a word",
    note = "pass a `&str` or a `String`: of anything that displays, `x.to_string()`; of input that may be empty, `Text::non_blank(x)`"
)]
pub trait IntoText {
    /// The value, or `None` to leave the field unset.
    fn into_text(self) -> Option<Text>;
}

#[diagnostic::do_not_recommend]
impl IntoText for Text {
    fn into_text(self) -> Option<Text> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl IntoText for &Text {
    fn into_text(self) -> Option<Text> {
        Some(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl IntoText for &str {
    fn into_text(self) -> Option<Text> {
        Some(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl IntoText for String {
    fn into_text(self) -> Option<Text> {
        Some(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl IntoText for &String {
    fn into_text(self) -> Option<Text> {
        Some(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl IntoText for Cow<'_, str> {
    fn into_text(self) -> Option<Text> {
        Some(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl<U: IntoText> IntoText for Option<U> {
    fn into_text(self) -> Option<Text> {
        self.and_then(U::into_text)
    }
}

/// What the setter of a text field with length limits takes: a [`BoundedText`] of the same limits.
#[diagnostic::on_unimplemented(
    message = "a telecrm TEXT field with length limits takes `BoundedText<{MIN}, {MAX}>`, not `{Self}`",
    label = "its length is not checked",
    note = "the field takes {MIN} to {MAX} Unicode characters, and telecrm drops a text outside these limits, without a word",
    note = "for a literal, write `literal!(BoundedText<{MIN}, {MAX}>, \"…\")`",
    note = "for text known at run time, write `text.parse::<BoundedText<{MIN}, {MAX}>>()?`"
)]
pub trait IntoBoundedText<const MIN: u32, const MAX: u32> {
    /// The value, or `None` to leave the field unset.
    fn into_bounded_text(self) -> Option<BoundedText<MIN, MAX>>;
}

#[diagnostic::do_not_recommend]
impl<const MIN: u32, const MAX: u32> IntoBoundedText<MIN, MAX> for BoundedText<MIN, MAX> {
    fn into_bounded_text(self) -> Option<BoundedText<MIN, MAX>> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<const MIN: u32, const MAX: u32> IntoBoundedText<MIN, MAX> for &BoundedText<MIN, MAX> {
    fn into_bounded_text(self) -> Option<BoundedText<MIN, MAX>> {
        Some(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<const MIN: u32, const MAX: u32, U: IntoBoundedText<MIN, MAX>> IntoBoundedText<MIN, MAX>
    for Option<U>
{
    fn into_bounded_text(self) -> Option<BoundedText<MIN, MAX>> {
        self.and_then(U::into_bounded_text)
    }
}

/// What the setter of a text field that must not be blank takes: a [`NonBlankText`].
#[diagnostic::on_unimplemented(
    message = "this telecrm TEXT field takes a `NonBlankText`, not `{Self}`",
    label = "may be blank",
    note = "telecrm drops a lead whose identifier is blank, without a word",
    note = "for a literal, write `literal!(NonBlankText, \"…\")`",
    note = "for text known at run time, write `text.parse::<NonBlankText>()?`"
)]
pub trait IntoNonBlankText {
    /// The value, or `None` to leave the field unset.
    fn into_non_blank_text(self) -> Option<NonBlankText>;
}

#[diagnostic::do_not_recommend]
impl IntoNonBlankText for NonBlankText {
    fn into_non_blank_text(self) -> Option<NonBlankText> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<U: IntoNonBlankText> IntoNonBlankText for Option<U> {
    fn into_non_blank_text(self) -> Option<NonBlankText> {
        self.and_then(U::into_non_blank_text)
    }
}

/// What the setter of an email field takes: an [`Email`].
#[diagnostic::on_unimplemented(
    message = "a telecrm EMAIL field takes an `Email`, not `{Self}`",
    label = "not a checked email address",
    note = "telecrm drops a malformed address without a word",
    note = "for a literal, write `email!(\"jane.doe@example.com\")`",
    note = "for text known at run time, write `text.parse::<Email>()?`"
)]
pub trait IntoEmail {
    /// The value, or `None` to leave the field unset.
    fn into_email(self) -> Option<Email>;
}

#[diagnostic::do_not_recommend]
impl IntoEmail for Email {
    fn into_email(self) -> Option<Email> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<U: IntoEmail> IntoEmail for Option<U> {
    fn into_email(self) -> Option<Email> {
        self.and_then(U::into_email)
    }
}

/// What the setter of a phone field takes: a [`Phone`].
#[diagnostic::on_unimplemented(
    message = "a telecrm PHONE field takes a `Phone`, not `{Self}`",
    label = "not a checked phone number",
    note = "telecrm drops a number with blanks, letters, symbols or a trunk 0, without a word",
    note = "for a literal, write `phone!(\"919999999999\")`: country code and number, digits only",
    note = "for text known at run time, write `text.parse::<Phone>()?`, or `Phone::normalize(text, \"91\")?` for what people type"
)]
pub trait IntoPhone {
    /// The value, or `None` to leave the field unset.
    fn into_phone(self) -> Option<Phone>;
}

#[diagnostic::do_not_recommend]
impl IntoPhone for Phone {
    fn into_phone(self) -> Option<Phone> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<U: IntoPhone> IntoPhone for Option<U> {
    fn into_phone(self) -> Option<Phone> {
        self.and_then(U::into_phone)
    }
}

/// What the setter of a website field takes: a [`Website`].
#[diagnostic::on_unimplemented(
    message = "a telecrm WEBSITE field takes a `Website`, not `{Self}`",
    label = "not a checked URL",
    note = "telecrm drops what is no URL without a word",
    note = "for a literal, write `website!(\"https://example.com\")`",
    note = "for text known at run time, write `text.parse::<Website>()?`"
)]
pub trait IntoWebsite {
    /// The value, or `None` to leave the field unset.
    fn into_website(self) -> Option<Website>;
}

#[diagnostic::do_not_recommend]
impl IntoWebsite for Website {
    fn into_website(self) -> Option<Website> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<U: IntoWebsite> IntoWebsite for Option<U> {
    fn into_website(self) -> Option<Website> {
        self.and_then(U::into_website)
    }
}

/// What the setter of a media link field takes: a [`MediaLink`].
#[diagnostic::on_unimplemented(
    message = "a telecrm MEDIA_LINK field takes a `MediaLink`, not `{Self}`",
    label = "not a checked URL",
    note = "telecrm drops what is no URL without a word",
    note = "for a literal, write `media_link!(\"https://example.com/marks.pdf\")`",
    note = "for text known at run time, write `text.parse::<MediaLink>()?`"
)]
pub trait IntoMediaLink {
    /// The value, or `None` to leave the field unset.
    fn into_media_link(self) -> Option<MediaLink>;
}

#[diagnostic::do_not_recommend]
impl IntoMediaLink for MediaLink {
    fn into_media_link(self) -> Option<MediaLink> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<U: IntoMediaLink> IntoMediaLink for Option<U> {
    fn into_media_link(self) -> Option<MediaLink> {
        self.and_then(U::into_media_link)
    }
}

/// What the setter of an active-users field takes: an [`ActiveUser`].
#[diagnostic::on_unimplemented(
    message = "a telecrm ACTIVE_USERS field takes an `ActiveUser`, not `{Self}`",
    label = "not a team member's email address",
    note = "telecrm knows its users by email address, and drops anything else without a word",
    note = "for a literal, write `active_user!(\"asha@example.com\")`",
    note = "for text known at run time, write `text.parse::<ActiveUser>()?`"
)]
pub trait IntoActiveUser {
    /// The value, or `None` to leave the field unset.
    fn into_active_user(self) -> Option<ActiveUser>;
}

#[diagnostic::do_not_recommend]
impl IntoActiveUser for ActiveUser {
    fn into_active_user(self) -> Option<ActiveUser> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<U: IntoActiveUser> IntoActiveUser for Option<U> {
    fn into_active_user(self) -> Option<ActiveUser> {
        self.and_then(U::into_active_user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_setters_take_every_usual_form_of_a_string() {
        let owned = String::from("Jane");
        let expected = Some(Text::from("Jane"));
        assert_eq!("Jane".into_text(), expected);
        assert_eq!((&owned).into_text(), expected);
        assert_eq!(Some(owned.as_str()).into_text(), expected);
        assert_eq!(Cow::Borrowed("Jane").into_text(), expected);
        assert_eq!(expected.as_ref().into_text(), expected);
        assert_eq!(owned.into_text(), expected);
        assert_eq!(Text::non_blank(" ").into_text(), None);
    }

    #[test]
    fn setters_take_a_value_and_an_option_of_it() {
        let email = crate::email!("a@b.co");
        assert_eq!(None::<Email>.into_email(), None);
        assert_eq!(Some(email.clone()).into_email(), Some(email));
        let remark = crate::literal!(BoundedText<1, 5>, "x");
        assert_eq!(Some(&remark).into_bounded_text(), Some(remark));
    }
}
