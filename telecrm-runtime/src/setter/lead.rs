//! Traits of a lead's constructor and of `Lead::action`.

use crate::value::{Email, NonBlankText, Phone};

/// Types that the constructor of a generated lead takes: the workspace's identifier, checked. It is
/// never absent, so an `Option` of it is not taken.
#[diagnostic::on_unimplemented(
    message = "the identifier of a telecrm lead is a `{T}` in this workspace, not `{Self}`",
    label = "not a checked `{T}`",
    note = "telecrm silently drops the whole lead when its identifier is missing or malformed",
    note = "for a literal: `phone!(\"919999999999\")`, `email!(\"jane.doe@example.com\")` or `literal!(NonBlankText, \"…\")`",
    note = "for text known at run time: `text.parse::<{T}>()?`; for a phone as people type it, `Phone::normalize(text, \"91\")?`"
)]
pub trait IntoIdentifier<T> {
    /// The identifier.
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

/// Types that `Lead::action` of a generated lead takes: the workspace's own actions, and
/// [`Payment`](crate::Payment). Generated code implements it for them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a telecrm action of this workspace",
    label = "not one of this workspace's `actions`",
    note = "telecrm silently drops an action that the workspace does not define",
    note = "write `actions::…::new()` of the lead's own workspace, or `Payment::new(…)`; a code or a name in text does not do",
    note = "predefined types such as SYSTEM_NOTE and OUTGOING_CALL are telecrm's own: only telecrm can write them"
)]
pub trait IntoAction<A> {
    /// The action, or `None` to add none.
    fn into_action(self) -> Option<A>;
}

#[diagnostic::do_not_recommend]
impl<A, U: IntoAction<A>> IntoAction<A> for Option<U> {
    fn into_action(self) -> Option<A> {
        self.and_then(U::into_action)
    }
}
