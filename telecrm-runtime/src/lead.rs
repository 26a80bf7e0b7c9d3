//! Traits of generated leads.

use std::fmt;
use std::sync::Arc;

use crate::action::{ActionRef, ReadAction};
use crate::field::{FieldValue as _, Identifier, read_text};
use crate::parse_options::ParseOptions;
use crate::set::{SetError, set};
use crate::slot::Slots;
use crate::suggest;
use crate::value::{Reason, ValueError};
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
    /// Returns the workspace whose schema the type of the lead comes from.
    ///
    /// For a type instead of a value, use [`GeneratedLead::workspace`].
    fn own_workspace(&self) -> &'static Workspace;

    #[doc(hidden)]
    fn as_slots(&self) -> &dyn Slots;

    /// Returns the action at the index, or `None` after the last action.
    #[doc(hidden)]
    fn action_at(&self, index: usize) -> Option<ActionRef<'_>>;
}

/// A generated lead that can be created from text or JSON. Generated code implements the trait.
///
/// A function that is generic over this trait serves several workspaces. It sets fields by API name, and
/// [`require_fields`](Self::require_fields) finds a misspelled name when the program starts:
///
/// ```
/// use telecrm_runtime::{GeneratedLead, MissingFields, ParseOptions, SetErrors};
/// # // A program has `telecrm_runtime::include_workspace!()` here.
/// # mod crm {
/// #     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/mod.rs"));
/// #     pub(crate) type Lead = TestLead;
/// # }
///
/// /// Checks that every workspace has the fields of an enquiry. Call it at start-up.
/// fn check<L: GeneratedLead>() -> Result<(), MissingFields> {
///     L::require_fields(&["Full Name", "rating"])
/// }
///
/// fn enquiry<L: GeneratedLead>(phone: &str, name: &str) -> Result<L, Box<dyn std::error::Error>> {
///     let options = ParseOptions::new().country_code("91")?;
///     let mut lead = L::from_identifier(phone, &options)?;
///     lead.set("Full Name", name)?;
///     lead.set("rating", "4")?;
///     Ok(lead)
/// }
///
/// check::<crm::Lead>()?;
/// let lead: crm::Lead = enquiry("98765 43210", "Jane Doe")?;
/// assert_eq!(lead.phone.as_str(), "919876543210");
/// let missing = crm::Lead::require_fields(&["rating", "full_name"]).unwrap_err();
/// assert_eq!(missing.fields().collect::<Vec<_>>(), ["full_name"]);
/// assert!(missing.to_string().ends_with("has no field `full_name` (did you mean `Full Name`?)"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

    /// Returns the workspace of this type: its fields, actions and statuses.
    #[must_use]
    fn workspace() -> &'static Workspace {
        Self::WORKSPACE
    }

    /// Creates a lead from the text of its identifier, such as a phone number, and no other field.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is blank, a placeholder (D44), or not a value of the identifier's type.
    fn from_identifier(text: &str, options: &ParseOptions) -> Result<Self, ValueError> {
        let identifier = read_text(text, options)?;
        let blank = || ValueError::new(Self::Identifier::kind(), Reason::Blank);
        identifier.map(Self::identified).ok_or_else(blank)
    }

    /// Sets the field with this API name from the text of a form or a CSV file.
    ///
    /// The generated type has an equal method. Blank text leaves the field unset.
    ///
    /// # Errors
    ///
    /// Returns an error if the field does not exist, or if the text does not fit its type. The field is
    /// then unchanged.
    fn set(&mut self, api_name: &str, text: &str) -> Result<(), SetError> {
        set(self, api_name, text, &ParseOptions::new())
    }

    /// Sets the field with this API name from text, with a country code for phones and an offset from UTC
    /// for dates.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`set`](Self::set).
    fn set_with(
        &mut self,
        api_name: &str,
        text: &str,
        options: &ParseOptions,
    ) -> Result<(), SetError> {
        set(self, api_name, text, options)
    }

    /// Checks that the workspace has fields with these API names.
    ///
    /// # Errors
    ///
    /// Returns an error that lists every name that the schema does not define.
    fn require_fields(fields: &[&str]) -> Result<(), MissingFields> {
        MissingFields::of(Self::WORKSPACE, fields)
    }
}

/// The error for API names that a workspace does not have, from [`GeneratedLead::require_fields`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingFields {
    enterprise_id: Option<&'static str>,
    /// Each unknown name, with the most similar API name of the schema.
    fields: Vec<(String, Option<&'static str>)>,
}

impl MissingFields {
    fn of(workspace: &'static Workspace, required: &[&str]) -> Result<(), Self> {
        let known: Vec<_> = workspace.fields().map(|field| field.api_name()).collect();
        let missing = required.iter().filter(|name| !known.contains(name));
        let fields: Vec<_> = missing
            .map(|name| ((*name).to_owned(), suggest::similar(name, &known).first().copied()))
            .collect();
        let enterprise_id = workspace.enterprise_id();
        if fields.is_empty() { Ok(()) } else { Err(Self { enterprise_id, fields }) }
    }

    /// Returns the names that the schema does not define, in the order of the list.
    #[must_use]
    pub fn fields(&self) -> impl ExactSizeIterator<Item = &str> {
        self.fields.iter().map(|(name, _)| name.as_str())
    }
}

impl fmt::Display for MissingFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the schema of the telecrm workspace")?;
        if let Some(id) = self.enterprise_id {
            write!(f, " {id}")?;
        }
        f.write_str(" has no field ")?;
        for (index, (name, similar)) in self.fields.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}`{}`", name.escape_debug())?;
            if let Some(similar) = similar {
                write!(f, " ({})", suggest::did_you_mean(&[similar]))?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for MissingFields {}

/// Implements [`Lead`] for a pointer to a lead.
macro_rules! pointers {
    ($($pointer:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<L: Lead + ?Sized> Lead for $pointer {
            fn own_workspace(&self) -> &'static Workspace {
                L::own_workspace(self)
            }

            fn as_slots(&self) -> &dyn Slots {
                L::as_slots(self)
            }

            fn action_at(&self, index: usize) -> Option<ActionRef<'_>> {
                L::action_at(self, index)
            }
        }
    )*};
}

pointers!(&L, Box<L>, Arc<L>);
