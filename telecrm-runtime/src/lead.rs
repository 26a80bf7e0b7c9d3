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
