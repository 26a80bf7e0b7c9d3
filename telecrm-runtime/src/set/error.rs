//! Errors of text from forms and CSV files: one for a field, and the list of a whole form.

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
/// let Some(SetError::UnknownField { suggestion, .. }) = errors.first() else { panic!("unknown field") };
/// assert_eq!(*suggestion, Some("rating"));
///
/// let form = [("phone", "919999999999"), ("rating", "6")];
/// let errors = parse_lead::<crm::Lead>(form, &ParseOptions::new()).unwrap_err();
/// let error = errors.first().expect("one error");
/// assert_eq!((error.field(), error.reason()), ("rating", Some(Reason::NotARating)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetError {
    /// The schema does not define a field with this API name. API names match exactly.
    #[error("telecrm has no field `{}` here{}", .api_name.escape_debug(), advice(*.suggestion, .nearest))]
    #[non_exhaustive]
    UnknownField {
        /// The unknown name.
        api_name: String,
        /// The most similar API name of the schema, if there is one.
        suggestion: Option<&'static str>,
        /// If no API name is similar: at most three API names of the schema, those with the smallest edit
        /// distance.
        nearest: Vec<&'static str>,
    },
    /// The text does not fit the field's type.
    #[error("the telecrm field `{field}` was not set: {error}")]
    #[non_exhaustive]
    Value {
        /// The API name of the field.
        field: &'static str,
        /// The broken rule, whose text is part of this error's text.
        error: ValueError,
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
            Self::Value { error, .. } => Some(error.reason()),
            Self::MissingIdentifier { .. } => Some(Reason::Empty),
        }
    }

    /// Returns the id of the row in the silent-drop catalogue, such as `"D04"`.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::UnknownField { suggestion: Some(_), .. } => "D18",
            Self::UnknownField { .. } => "D17",
            Self::Value { error, .. } => error.id(),
            Self::MissingIdentifier { .. } => "D19",
        }
    }

    /// Returns a sentence for the user who typed the text, to show next to the input.
    #[must_use]
    pub fn for_person(&self) -> String {
        match self {
            Self::UnknownField { .. } => "This field is unknown.".to_owned(),
            Self::Value { error, .. } => error.for_person(),
            Self::MissingIdentifier { .. } => Reason::Empty.sentence().to_owned(),
        }
    }
}

fn advice(suggestion: Option<&str>, nearest: &[&str]) -> String {
    if let Some(name) = suggestion {
        return format!("; {}", suggest::did_you_mean(&[name]));
    }
    let names = match nearest {
        [] => String::new(),
        [name] => format!("; the nearest field is `{name}`"),
        names => format!("; the nearest fields are {}", suggest::joined(names, ", ")),
    };
    format!("{names}; add a new field in telecrm, then run `cargo telecrm pull`")
}

/// The errors of a form, a CSV row or a webhook: one [`SetError`] for each pair that does not fit.
///
/// `Display` writes one line for each error, without the texts of the form.
///
/// ```
/// use telecrm_runtime::{ParseOptions, SetErrors, parse_lead};
/// # // A program has `telecrm_runtime::include_workspace!()` here.
/// # mod crm {
/// #     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/mod.rs"));
/// #     pub(crate) type Lead = TestLead;
/// # }
///
/// let form = [("phone", "919999999999"), ("Rating", "4"), ("deal_size", "two")];
/// let errors: SetErrors = parse_lead::<crm::Lead>(form, &ParseOptions::new()).unwrap_err();
/// let fields: Vec<_> = errors.iter().map(|error| error.field()).collect();
/// assert_eq!(fields, ["Rating", "deal_size"]);
/// assert_eq!(errors.to_string().lines().count(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(.errors))]
pub struct SetErrors {
    errors: Vec<SetError>,
}

fn lines(errors: &[SetError]) -> String {
    errors.iter().map(SetError::to_string).collect::<Vec<_>>().join("\n")
}

impl SetErrors {
    pub(crate) const fn new(errors: Vec<SetError>) -> Self {
        Self { errors }
    }

    /// Iterates over the errors: first that of the identifier, then those of the other pairs in the
    /// order of the input.
    pub fn iter(&self) -> std::slice::Iter<'_, SetError> {
        self.errors.iter()
    }

    /// Returns the first error.
    #[must_use]
    pub fn first(&self) -> Option<&SetError> {
        self.errors.first()
    }

    /// Returns the number of errors.
    #[must_use]
    pub fn len(&self) -> usize {
        self.errors.len()
    }

    /// Returns whether there is no error.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }
}

impl IntoIterator for SetErrors {
    type Item = SetError;
    type IntoIter = std::vec::IntoIter<SetError>;

    fn into_iter(self) -> Self::IntoIter {
        self.errors.into_iter()
    }
}

impl<'a> IntoIterator for &'a SetErrors {
    type Item = &'a SetError;
    type IntoIter = std::slice::Iter<'a, SetError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
