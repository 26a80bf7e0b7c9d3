//! What a generated lead is to the runtime.

use crate::encode::FieldWriter;
use crate::{ActionRef, Workspace};

/// A lead of a workspace, ready to be sent: what telecrm-codegen generates from the workspace's
/// schema.
///
/// Not meant to be implemented by hand: what makes a lead safe to send is that its fields, values
/// and actions come from the schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a telecrm lead",
    label = "not a lead that telecrm-codegen generated",
    note = "telecrm drops what does not fit the workspace without a word, so only leads that were checked against its schema are sent, and no JSON, map or string",
    note = "make one with the generated type: `crm::Lead::new(phone!(\"919999999999\")).name(\"Jane Doe\")`"
)]
pub trait Lead {
    /// The workspace whose schema the lead was generated from.
    fn workspace(&self) -> &'static Workspace;

    /// Puts every field, in the schema's order.
    #[doc(hidden)]
    fn encode(&self, fields: &mut FieldWriter<'_>);

    /// The action at the index, or `None` behind the last.
    #[doc(hidden)]
    fn action_at(&self, index: usize) -> Option<ActionRef<'_>>;
}

#[diagnostic::do_not_recommend]
impl<L: Lead + ?Sized> Lead for &L {
    fn workspace(&self) -> &'static Workspace {
        L::workspace(self)
    }

    fn encode(&self, fields: &mut FieldWriter<'_>) {
        L::encode(self, fields);
    }

    fn action_at(&self, index: usize) -> Option<ActionRef<'_>> {
        L::action_at(self, index)
    }
}
