//! What generated actions are to the runtime.

use crate::encode::FieldWriter;
use crate::{Date, Payment};

/// An action that the workspace defines: what telecrm-codegen generates from its schema.
#[doc(hidden)]
pub trait CustomAction {
    /// The whole code: `ACTION_1001`.
    fn code(&self) -> &'static str;

    /// Puts every field, in the schema's order.
    fn encode(&self, fields: &mut FieldWriter<'_>);

    /// When it happened, where it was backdated: `created_on`, Unix milliseconds on the wire
    /// (telecrm: Actions).
    fn backdated_to(&self) -> Option<Date> {
        None
    }
}

/// One action of a lead.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum ActionRef<'a> {
    /// An action that the workspace defines.
    Custom(&'a dyn CustomAction),
    /// The one predefined action that can be written.
    Payment(&'a Payment),
}

impl ActionRef<'_> {
    /// Its type on the wire.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Custom(action) => action.code(),
            Self::Payment(_) => "PAYMENT",
        }
    }
}

/// Stands in the signature of `created_on` on actions that may not be backdated. It is never
/// implemented: the call compiles to our words.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the telecrm action `{A}` may not be backdated",
    label = "telecrm drops `created_on` here",
    note = "telecrm takes `created_on` only where the action's `allowPredatedActivity.enabled` is true",
    note = "leave `created_on` out, and telecrm stamps the time of arrival; or switch backdating on in telecrm and pull the schema again"
)]
pub trait NotBackdatable<A> {
    /// What the body of that `created_on` calls, so that it is a function like any other.
    fn refuse(self, action: A) -> A;
}

/// What the generated enum `Action` is beside its variants: made from each action of the module
/// `actions` and from a payment, taken by `Lead::action`, and seen by the runtime.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_action {
    ($action:ident: $($name:ident),* $(,)?) => {
        impl $action {
            fn as_ref(&self) -> $crate::ActionRef<'_> {
                match self {
                    $(Self::$name(action) => $crate::ActionRef::Custom(action),)*
                    Self::Payment(payment) => $crate::ActionRef::Payment(payment),
                }
            }
        }

        impl $crate::IntoAction<$action> for $action {
            fn into_action(self) -> ::core::option::Option<$action> {
                ::core::option::Option::Some(self)
            }
        }

        $($crate::impl_action!(@from $action, $name, actions::$name);)*
        $crate::impl_action!(@from $action, Payment, $crate::Payment);
    };
    (@from $action:ident, $name:ident, $type:ty) => {
        impl ::core::convert::From<$type> for $action {
            fn from(action: $type) -> Self {
                Self::$name(action)
            }
        }

        impl $crate::IntoAction<$action> for $type {
            fn into_action(self) -> ::core::option::Option<$action> {
                ::core::option::Option::Some($action::$name(self))
            }
        }
    };
}
