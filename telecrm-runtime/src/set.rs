//! Setting fields of leads and actions from the text of forms and CSV files.

use crate::field::{FieldValue as _, Identifier as _};
use crate::field_info::{FieldPart, api_names};
use crate::lead::GeneratedLead;
use crate::parse_options::ParseOptions;
use crate::slot::Slots;
use crate::suggest;
use crate::value::{Reason, ValueError};

/// The error for a field that was not set from text: the field and the broken rule.
///
/// The error does not contain the text, which may be personal data, so it can be logged and shown.
///
/// ```
/// use telecrm_runtime::{ParseOptions, Reason, SetError, parse_lead};
/// # // A program has `telecrm_runtime::include_workspace!()` here.
/// # mod crm {
/// #     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/mod.rs"));
/// #     pub(crate) type Lead = TestLead;
/// # }
///
/// let form = [("phone", "919999999999"), ("Rating", "4")];
/// let errors = parse_lead::<crm::Lead>(form, &ParseOptions::new()).unwrap_err();
/// let SetError::UnknownField { suggestion, .. } = &errors[0] else { panic!("unknown field") };
/// assert_eq!(*suggestion, Some("rating"));
///
/// let form = [("phone", "919999999999"), ("rating", "6")];
/// let errors = parse_lead::<crm::Lead>(form, &ParseOptions::new()).unwrap_err();
/// assert_eq!((errors[0].field(), errors[0].reason()), ("rating", Some(Reason::NotARating)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetError {
    /// The schema does not define a field with this API name. API names match exactly.
    #[error("telecrm has no field `{}` here{}", .api_name.escape_debug(), did_you_mean(*.suggestion))]
    #[non_exhaustive]
    UnknownField {
        /// The unknown name.
        api_name: String,
        /// The most similar API name of the schema, if there is one.
        suggestion: Option<&'static str>,
    },
    /// The text does not fit the field's type.
    #[error("the telecrm field `{field}` was not set: {source}")]
    #[non_exhaustive]
    Value {
        /// The API name of the field.
        field: &'static str,
        /// The broken rule.
        source: ValueError,
    },
    /// The field that identifies the lead is missing or blank.
    #[error("the telecrm field `{field}`, which identifies the lead, is missing")]
    #[non_exhaustive]
    MissingIdentifier {
        /// The API name of the field.
        field: &'static str,
    },
}

impl SetError {
    /// Returns the API name of the field, exactly as in the input.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::UnknownField { api_name, .. } => api_name,
            Self::Value { field, .. } | Self::MissingIdentifier { field } => field,
        }
    }

    /// Returns the broken rule, or `None` if the field does not exist.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Self::UnknownField { .. } => None,
            Self::Value { source, .. } => Some(source.reason()),
            Self::MissingIdentifier { .. } => Some(Reason::Empty),
        }
    }

    /// Returns the id of the row in the silent-drop catalogue, such as `"D04"`.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::UnknownField { suggestion: Some(_), .. } => "D18",
            Self::UnknownField { .. } => "D17",
            Self::Value { source, .. } => source.id(),
            Self::MissingIdentifier { .. } => "D19",
        }
    }

    /// Returns a sentence for the user who typed the text, to show next to the input.
    #[must_use]
    pub fn for_person(&self) -> String {
        match self {
            Self::UnknownField { .. } => "This field is unknown.".to_owned(),
            Self::Value { source, .. } => source.for_person(),
            Self::MissingIdentifier { .. } => Reason::Empty.sentence().to_owned(),
        }
    }
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |name| format!("; {}", suggest::did_you_mean(&[name])))
}

/// Sets one field from text. The generated `set` and `set_with` call this function.
///
/// # Errors
///
/// Returns an error if the field does not exist, or if the text does not fit its type. The field is then
/// unchanged.
#[doc(hidden)]
pub fn set(
    target: &mut dyn Slots,
    api_name: &str,
    text: &str,
    options: &ParseOptions,
) -> Result<(), SetError> {
    let set = target.with_slot(api_name, |field, slot| {
        slot.set_text(text, options).map_err(|source| SetError::Value { field, source })
    });
    set.unwrap_or_else(|| Err(unknown(api_name, target.fields())))
}

fn unknown(api_name: &str, fields: &'static [FieldPart]) -> SetError {
    let names: Vec<_> = api_names(fields).collect();
    SetError::UnknownField {
        api_name: api_name.to_owned(),
        suggestion: suggest::similar(api_name, &names).first().copied(),
    }
}

/// Reads a lead from the pairs of API name and text of a form, a CSV row or a webhook.
///
/// The pairs may have any order. Blank text leaves a field unset. If a field occurs more than once, its
/// last value wins.
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
pub fn parse_lead<L: GeneratedLead>(
    pairs: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
    options: &ParseOptions,
) -> Result<L, Vec<SetError>> {
    let field = L::WORKSPACE.identifier();
    let pairs: Vec<_> = pairs.into_iter().collect();
    let mut errors = Vec::new();
    let given = pairs.iter().rev().find(|(name, _)| name.as_ref() == field);
    let given = given.map(|(_, text)| text.as_ref()).filter(|text| !text.trim().is_empty());
    let identifier = match given.map(|text| L::Identifier::from_text(text, options)) {
        Some(Ok(Some(identifier))) => identifier,
        Some(Err(source)) => {
            errors.push(SetError::Value { field, source });
            L::Identifier::placeholder()
        }
        None | Some(Ok(None)) => {
            errors.push(SetError::MissingIdentifier { field });
            L::Identifier::placeholder()
        }
    };
    let mut lead = L::identified(identifier);
    for (name, text) in pairs.iter().filter(|(name, _)| name.as_ref() != field) {
        errors.extend(set(&mut lead, name.as_ref(), text.as_ref(), options).err());
    }
    if errors.is_empty() { Ok(lead) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[FieldPart] = &[FieldPart::Phone("phone"), FieldPart::Date("preferred_date")];

    #[test]
    fn d18_unknown_api_name_is_an_error_that_suggests_a_similar_name() {
        for name in ["Preferred Date", "preferredDate", "prefered_date"] {
            let error = unknown(name, FIELDS);
            assert_eq!(
                error.to_string(),
                format!("telecrm has no field `{name}` here; did you mean `preferred_date`?")
            );
            assert_eq!((error.field(), error.id()), (name, "D18"));
        }
        let error = unknown("captcha\n", FIELDS);
        assert_eq!(error.to_string(), "telecrm has no field `captcha\\n` here");
        assert_eq!((error.reason(), error.id()), (None, "D17"));
    }
}
