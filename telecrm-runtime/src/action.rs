//! Traits and macros of generated actions.

use crate::payment::Payment;
use crate::slot::Slots;
use crate::value::Date;

/// An action that telecrm-codegen generated from the workspace's schema.
#[doc(hidden)]
pub trait CustomAction: Slots {
    /// Returns the complete code: `ACTION_1001`.
    fn code(&self) -> &'static str;

    /// Returns the date of a backdated action: `created_on`, Unix milliseconds on the wire
    /// (telecrm: Actions).
    fn backdated_to(&self) -> Option<Date> {
        None
    }

    /// Backdates the action. Returns `false` if it may not be backdated.
    fn backdate(&mut self, _to: Date) -> bool {
        false
    }
}

/// An action of a lead.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum ActionRef<'a> {
    /// An action that the workspace defines.
    Custom(&'a dyn CustomAction),
    /// The only predefined action that the API accepts.
    Payment(&'a Payment),
}

impl ActionRef<'_> {
    /// Returns the action's type on the wire.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Custom(action) => action.code(),
            Self::Payment(_) => "PAYMENT",
        }
    }
}

/// Prefix of the code of every custom action, except in the Sync API.
#[cfg(feature = "sync")]
pub(crate) const ACTION_PREFIX: &str = "ACTION_";

/// Returns the code of an action in the Sync API: `1001` for `ACTION_1001`.
#[cfg(feature = "sync")]
pub(crate) fn without_prefix(code: &str) -> &str {
    code.strip_prefix(ACTION_PREFIX).unwrap_or(code)
}

/// The generated enum `Action`, which can be read from JSON.
#[doc(hidden)]
pub trait ReadAction: From<Payment> {
    /// Returns the action with this complete code, without fields.
    fn of_code(code: &str) -> Option<Self>;

    /// Returns the action, to set its fields, or `None` for a payment.
    fn custom_mut(&mut self) -> Option<&mut dyn CustomAction>;
}

/// Bound of `created_on` for actions that may not be backdated.
///
/// No type implements the trait, so that rustc rejects each call with the message of this trait.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the telecrm action `{A}` may not be backdated",
    label = "telecrm drops `created_on` here",
    note = "telecrm accepts `created_on` only if the action's `allowPredatedActivity.enabled` is true",
    note = "remove `created_on`, and telecrm uses the time of arrival; or enable backdating in telecrm and pull the schema again"
)]
pub trait NotBackdatable<A> {
    /// Returns the action. `created_on` calls this method, so that its body compiles.
    fn refuse(self, action: A) -> A;
}
