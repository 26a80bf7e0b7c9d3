//! Traits and macros of generated leads.

use crate::action::{ActionRef, ReadAction};
use crate::field::Identifier;
use crate::slot::Slots;
use crate::workspace::Workspace;

/// A lead of a workspace, whose type telecrm-codegen generated from the workspace's schema.
///
/// Only generated code should implement this trait: telecrm accepts all data of a lead because its
/// fields, values and actions come from the schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a telecrm lead",
    label = "not a lead that telecrm-codegen generated",
    note = "telecrm silently drops data that does not fit the workspace, so only generated leads are accepted, and not JSON, maps or strings",
    note = "create a lead with the generated type: `crm::Lead::new(phone!(\"919999999999\")).name(\"Jane Doe\")`"
)]
pub trait Lead {
    /// Returns the workspace of the lead.
    fn workspace(&self) -> &'static Workspace;

    #[doc(hidden)]
    fn as_slots(&self) -> &dyn Slots;

    /// Returns the action at the index, or `None` after the last action.
    #[doc(hidden)]
    fn action_at(&self, index: usize) -> Option<ActionRef<'_>>;
}

/// A generated lead that can be read from text or JSON. Generated code implements the trait.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a lead of a telecrm workspace",
    label = "not the `Lead` that telecrm-codegen generated",
    note = "write the generated type, such as `crm::Lead`"
)]
pub trait GeneratedLead: Lead + Slots + Sized {
    /// The type of the identifier.
    #[doc(hidden)]
    type Identifier: Identifier;

    /// The workspace's `Action`.
    #[doc(hidden)]
    type Action: ReadAction;

    #[doc(hidden)]
    const WORKSPACE: &'static Workspace;

    /// Creates a lead with this identifier and no other field.
    #[doc(hidden)]
    fn identified(identifier: Self::Identifier) -> Self;

    #[doc(hidden)]
    fn actions_mut(&mut self) -> &mut Vec<Self::Action>;
}

#[diagnostic::do_not_recommend]
impl<L: Lead + ?Sized> Lead for &L {
    fn workspace(&self) -> &'static Workspace {
        L::workspace(self)
    }

    fn as_slots(&self) -> &dyn Slots {
        L::as_slots(self)
    }

    fn action_at(&self, index: usize) -> Option<ActionRef<'_>> {
        L::action_at(self, index)
    }
}

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
            fn workspace(&self) -> &'static $crate::Workspace {
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
