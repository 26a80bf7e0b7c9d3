//! Leads from the pairs of API name and text of a form, a CSV row or a webhook.

use crate::field::{Identifier as _, read_text};
use crate::lead::GeneratedLead;
use crate::parse_options::ParseOptions;
use crate::set::{SetError, SetErrors, set};

/// Reads a lead from the pairs of API name and text of a form, a CSV row or a webhook.
///
/// The pairs may have any order. Blank text leaves a field unset. If a field occurs more than once, its
/// last value wins. Text that a program wrote instead of a value, such as `{{name}}` or `undefined`, does
/// not fit any field (D44).
///
/// ```
/// use telecrm_runtime::{ParseOptions, parse_lead};
/// # // A program has `telecrm_runtime::include_workspace!()` here.
/// # mod crm {
/// #     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/mod.rs"));
/// #     pub(crate) type Lead = TestLead;
/// # }
///
/// let options = ParseOptions::new().country_code("91")?.utc_offset("+05:30")?;
/// let form = [("phone", "098765 43210"), ("rating", "4"), ("follow_up_date", "01/05/2026")];
/// let lead = parse_lead::<crm::Lead>(form, &options).expect("a valid form");
/// assert_eq!(lead.phone.as_str(), "919876543210");
///
/// let form = [("phone", "98765"), ("rating", "six")];
/// let errors = parse_lead::<crm::Lead>(form, &options).expect_err("two mistakes");
/// for error in &errors {
///     println!("{}: {}", error.field(), error.for_person()); // next to the input of this name
/// }
/// assert_eq!(errors.len(), 2);
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
///
/// # Errors
///
/// Returns one [`SetError`] for each pair that does not fit, and one if the identifier is missing.
/// [`parse_partial`] keeps the valid values instead.
pub fn parse_lead<L: GeneratedLead>(
    pairs: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
    options: &ParseOptions,
) -> Result<L, SetErrors> {
    let Partial { lead, errors } = parse_partial(pairs, options)?;
    if errors.is_empty() { Ok(lead) } else { Err(errors) }
}

/// A lead with the valid values of a form, and the errors of the others.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Partial<L> {
    /// The lead with every value that fits.
    pub lead: L,
    /// One error for each pair that does not fit. Empty if all of them fit.
    pub errors: SetErrors,
}

/// Reads a lead from the pairs of API name and text, and keeps the valid values if others are invalid.
///
/// Use this function if no user corrects the input: the sender of a webhook does not come back (D43). Send
/// the lead, and keep the input with the errors for an operator, for example with `Outbox::hold` of
/// telecrm-outbox. For a visitor who can correct the form, [`parse_lead`] collects every error.
///
/// The pairs are read like those of [`parse_lead`].
///
/// ```
/// use telecrm_runtime::{ParseOptions, parse_partial};
/// # // A program has `telecrm_runtime::include_workspace!()` here.
/// # mod crm {
/// #     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/mod.rs"));
/// #     pub(crate) type Lead = TestLead;
/// # }
///
/// let webhook = [("phone", "919876543210"), ("rating", "six"), ("utm_source", "ads")];
/// let partial = parse_partial::<crm::Lead>(webhook, &ParseOptions::new())?;
/// assert_eq!(partial.lead.phone.as_str(), "919876543210");
/// assert_eq!(partial.errors.len(), 2);
/// for error in partial.errors {
///     println!("held: {error}");
/// }
/// # Ok::<(), telecrm_runtime::SetErrors>(())
/// ```
///
/// # Errors
///
/// Returns every error if no lead can be created, because the identifier is missing or invalid.
pub fn parse_partial<L: GeneratedLead>(
    pairs: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
    options: &ParseOptions,
) -> Result<Partial<L>, SetErrors> {
    let field = L::WORKSPACE.identifier();
    let pairs: Vec<_> = pairs.into_iter().collect();
    let given = pairs.iter().rev().find(|(name, _)| name.as_ref() == field);
    let given = given.map(|(_, text)| text.as_ref()).filter(|text| !text.trim().is_empty());
    let identifier = match given.map(|text| read_text(text, options)) {
        Some(Ok(Some(identifier))) => Ok(identifier),
        Some(Err(error)) => Err(SetError::Value { field, error }),
        None | Some(Ok(None)) => Err(SetError::MissingIdentifier { field }),
    };
    // Without an identifier, the lead exists only until the errors of the other fields are collected.
    let (identifier, error) = match identifier {
        Ok(identifier) => (identifier, None),
        Err(error) => (L::Identifier::stand_in(), Some(error)),
    };
    let is_identified = error.is_none();
    let mut errors = Vec::from_iter(error);
    let mut lead = L::identified(identifier);
    for (name, text) in pairs.iter().filter(|(name, _)| name.as_ref() != field) {
        errors.extend(set(&mut lead, name.as_ref(), text.as_ref(), options).err());
    }
    let errors = SetErrors::new(errors);
    if is_identified { Ok(Partial { lead, errors }) } else { Err(errors) }
}
