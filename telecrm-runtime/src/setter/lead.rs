//! Traits of a lead's constructor and of `Lead::action`.

use crate::value::{Email, NonBlankText, Phone};

/// Types that the constructor of a generated lead accepts: the checked type of its identifier.
///
/// A lead always has an identifier, so the constructor does not accept an `Option`.
#[diagnostic::on_unimplemented(
    message = "the identifier of a telecrm lead is a `{T}` in this workspace, not `{Self}`",
    label = "not a checked `{T}`",
    note = "telecrm silently drops the whole lead when its identifier is missing or malformed",
    note = "for a literal: `phone!(\"919999999999\")`, `email!(\"jane.doe@example.com\")` or `literal!(NonBlankText, \"…\")`",
    note = "for text known at run time: `text.parse::<{T}>()?`; for a phone in user input: `Phone::normalize(text, \"91\")?`"
)]
pub trait IntoIdentifier<T> {
    /// Returns the identifier.
    fn into_value(self) -> T;
}

#[diagnostic::do_not_recommend]
impl IntoIdentifier<Phone> for Phone {
    fn into_value(self) -> Phone {
        self
    }
}

#[diagnostic::do_not_recommend]
impl IntoIdentifier<Email> for Email {
    fn into_value(self) -> Email {
        self
    }
}

#[diagnostic::do_not_recommend]
impl IntoIdentifier<NonBlankText> for NonBlankText {
    fn into_value(self) -> NonBlankText {
        self
    }
}

/// Types that `Lead::action` of a generated lead accepts.
///
/// These are the actions of the workspace and [`Payment`](crate::Payment). Generated code implements the
/// trait.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a telecrm action of this workspace",
    label = "not one of this workspace's `actions`",
    note = "telecrm silently drops an action that the workspace does not define",
    note = "write `actions::…::new()` from the workspace of the lead, or `Payment::new(…)`; a code or a name as text is not accepted",
    note = "only telecrm itself can write predefined types such as SYSTEM_NOTE and OUTGOING_CALL"
)]
pub trait IntoAction<A> {
    /// Returns the action, or `None` to add no action.
    fn into_action(self) -> Option<A>;
}

#[diagnostic::do_not_recommend]
impl<A, U: IntoAction<A>> IntoAction<A> for Option<U> {
    fn into_action(self) -> Option<A> {
        self.and_then(U::into_action)
    }
}
