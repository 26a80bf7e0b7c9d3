//! Macros for the generated `Lead` and its API names.

/// Implements the runtime's traits for a generated `Lead`, and its setters.
///
/// Each field is written once: its documentation, the bound of its setter, and its API name, type and
/// limits. `Debug` shows the fields that are set, by API name.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_lead {
    (
        $lead:ident($identifier:ident: $type:ty, $action:ident, $workspace:ident) $fields:tt
    ) => {
        $crate::impl_fields! { $lead, , $fields }

        impl $crate::Lead for $lead {
            fn own_workspace(&self) -> &'static $crate::Workspace {
                $workspace
            }

            fn as_slots(&self) -> &dyn $crate::__private::Slots {
                self
            }

            fn action_at(
                &self,
                index: usize,
            ) -> ::core::option::Option<$crate::__private::ActionRef<'_>> {
                self.actions.get(index).map($action::as_ref)
            }
        }

        impl $crate::GeneratedLead for $lead {
            type Identifier = $type;
            type Action = $action;

            const WORKSPACE: &'static $crate::Workspace = $workspace;

            fn identified(identifier: $type) -> Self {
                Self::new(identifier)
            }

            fn actions_mut(&mut self) -> &mut $crate::__private::Vec<$action> {
                &mut self.actions
            }
        }

        #[automatically_derived]
        impl ::core::clone::Clone for $lead {
            fn clone(&self) -> Self {
                let identifier = ::core::clone::Clone::clone(&self.$identifier);
                let mut lead = <Self as $crate::GeneratedLead>::identified(identifier);
                $crate::__private::clone_fields(self, &mut lead);
                lead.actions = ::core::clone::Clone::clone(&self.actions);
                lead
            }
        }

        #[automatically_derived]
        impl ::core::cmp::PartialEq for $lead {
            fn eq(&self, other: &Self) -> bool {
                $crate::__private::same_fields(self, other) && self.actions == other.actions
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Debug for $lead {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut lead = f.debug_struct(::core::stringify!($lead));
                $crate::__private::debug_fields(self, &mut lead);
                lead.field("actions", &self.actions).finish()
            }
        }

        impl $crate::serde::Serialize for $lead {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::serialize_lead(self, serializer)
            }
        }
    };
}

/// Makes a module of constants: the API names of a lead's fields.
#[doc(hidden)]
#[macro_export]
macro_rules! api_names {
    ($module:ident { $($name:ident = $api_name:literal,)* }) => {
        /// API names of the lead's fields, by which text from forms and files is set.
        #[allow(
            dead_code,
            unreachable_pub,
            clippy::unicode_not_nfc,
            reason = "names are telecrm's, and one program uses a part of the workspace"
        )]
        pub mod $module {
            $(#[doc = "An API name."] pub const $name: &str = $api_name;)*
        }
    };
}
