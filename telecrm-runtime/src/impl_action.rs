//! Macros for the generated structs of actions and the enum `Action`.

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
