//! Text from forms and CSV files into the fields of leads and actions.

use crate::field::{FieldValue as _, Identifier as _};
use crate::field_info::{FieldPart, api_names};
use crate::lead::GeneratedLead;
use crate::parse_options::ParseOptions;
use crate::slot::Slots;
use crate::suggest;
use crate::value::{Reason, ValueError};

/// A field that was not set from text: the field, and the rule that failed.
///
/// The text is not repeated: the error can be logged and shown as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetError {
    /// The schema defines no field of this API name. API names match exactly.
    #[error("telecrm has no field `{}` here{}", .api_name.escape_debug(), did_you_mean(*.suggestion))]
    #[non_exhaustive]
    UnknownField {
        /// The name that was given.
        api_name: String,
        /// The name that was probably meant.
        suggestion: Option<&'static str>,
    },
    /// The text does not fit the field's type.
    #[error("the telecrm field `{field}` was not set: {source}")]
    #[non_exhaustive]
    Value {
        /// The API name of the field.
        field: &'static str,
        /// The rule that failed.
        source: ValueError,
    },
    /// The field that identifies the lead is missing or blank.
    #[error("the telecrm field `{field}` identifies the lead, and is missing")]
    #[non_exhaustive]
    MissingIdentifier {
        /// The API name of the field.
        field: &'static str,
    },
}

impl SetError {
    /// The API name of the field, as it was given.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::UnknownField { api_name, .. } => api_name,
            Self::Value { field, .. } | Self::MissingIdentifier { field } => field,
        }
    }

    /// The rule that the text breaks; `None` where there is no such field.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Self::UnknownField { .. } => None,
            Self::Value { source, .. } => Some(source.reason()),
            Self::MissingIdentifier { .. } => Some(Reason::Empty),
        }
    }

    /// The row of the silent-drop catalogue that this falls under, such as `"D04"`.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::UnknownField { suggestion: Some(_), .. } => "D18",
            Self::UnknownField { .. } => "D17",
            Self::Value { source, .. } => source.id(),
            Self::MissingIdentifier { .. } => "D19",
        }
    }

    /// Plain words for the person who typed the text, to be shown beside the field.
    #[must_use]
    pub fn for_person(&self) -> String {
        match self {
            Self::UnknownField { .. } => "This field is not known.".to_owned(),
            Self::Value { source, .. } => source.for_person(),
            Self::MissingIdentifier { .. } => Reason::Empty.person().to_owned(),
        }
    }
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |name| format!("; {}", suggest::did_you_mean(&[name])))
}

/// Sets one field: what the generated `set` and `set_with` call.
///
/// # Errors
///
/// No such field, or the text does not fit it; the field is then as it was.
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
        suggestion: suggest::near(api_name, &names).first().copied(),
    }
}

/// Makes a lead from the pairs of API name and text of a form, a CSV row or a webhook, and collects
/// every error.
///
/// The pairs may stand in any order; blank text leaves a field unset. A field that stands twice has its
/// last value.
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
/// let lead = parse_lead::<crm::Lead>(form, &options).expect("a good form");
/// assert_eq!(lead.phone.as_str(), "919876543210");
///
/// let form = [("phone", "98765"), ("rating", "six")];
/// let errors = parse_lead::<crm::Lead>(form, &options).expect_err("two mistakes");
/// for error in &errors {
///     println!("{}: {}", error.field(), error.for_person()); // beside the input of this name
/// }
/// assert_eq!(errors.len(), 2);
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
///
/// # Errors
///
/// One [`SetError`] for each pair that does not fit, and one where the identifier is missing.
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
    fn d18_an_api_name_in_another_spelling_is_refused_with_the_right_one_named() {
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
