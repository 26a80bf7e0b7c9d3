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

/// Implements the runtime's traits for the generated struct of an action, and its setters.
///
/// Each field is written once: its documentation, the bound of its setter, and its API name, type and
/// limits.
///
/// `created_on` is the member that backdates the action, if the action may be backdated.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_custom_action {
    ($action:ident $(($created_on:ident))? { $($fields:tt)* }) => {
        $crate::impl_fields! { $action, pub(super), { $($fields)* } }

        #[automatically_derived]
        impl ::core::clone::Clone for $action {
            fn clone(&self) -> Self {
                let mut action = <Self as ::core::default::Default>::default();
                $crate::__private::clone_fields(self, &mut action);
                $(action.$created_on = self.$created_on;)?
                action
            }
        }

        #[automatically_derived]
        impl ::core::cmp::PartialEq for $action {
            fn eq(&self, other: &Self) -> bool {
                $crate::__private::same_fields(self, other)
                    $(&& self.$created_on == other.$created_on)?
            }
        }

        impl ::core::cmp::Eq for $action {}

        #[automatically_derived]
        impl ::core::fmt::Debug for $action {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut action = f.debug_struct(::core::stringify!($action));
                $crate::__private::debug_fields(self, &mut action);
                $(
                    if let ::core::option::Option::Some(at) = &self.$created_on {
                        action.field(::core::stringify!($created_on), at);
                    }
                )?
                action.finish()
            }
        }

        impl $crate::__private::CustomAction for $action {
            fn code(&self) -> &'static str {
                Self::CODE
            }

            $(
                fn backdated_to(&self) -> ::core::option::Option<$crate::Date> {
                    self.$created_on
                }

                fn backdate(&mut self, to: $crate::Date) -> bool {
                    self.$created_on = ::core::option::Option::Some(to);
                    true
                }
            )?
        }
    };
}

/// Implements the traits of the generated enum `Action`, which encode and read its variants.
///
/// The enum has a variant for each struct of the module `actions`.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_action {
    ($action:ident { $($name:ident,)* }) => {
        impl $action {
            fn as_ref(&self) -> $crate::__private::ActionRef<'_> {
                match self {
                    $(Self::$name(action) => $crate::__private::ActionRef::Custom(action),)*
                    Self::Payment(payment) => $crate::__private::ActionRef::Payment(payment),
                }
            }
        }

        impl $crate::__private::ReadAction for $action {
            fn of_code(code: &str) -> ::core::option::Option<Self> {
                match code {
                    $(actions::$name::CODE => {
                        ::core::option::Option::Some(Self::$name(::core::default::Default::default()))
                    })*
                    _ => ::core::option::Option::None,
                }
            }

            fn custom_mut(
                &mut self,
            ) -> ::core::option::Option<&mut dyn $crate::__private::CustomAction> {
                match self {
                    $(Self::$name(action) => ::core::option::Option::Some(action),)*
                    Self::Payment(_) => ::core::option::Option::None,
                }
            }
        }
    };
}
