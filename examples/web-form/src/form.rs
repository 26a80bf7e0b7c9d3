//! The form's answers, and their conversion to a lead.

use serde::Deserialize;
use telecrm_runtime::{ParseOptions, SetErrors, ValueError, parse_lead};

use crate::crm::Lead;
use crate::crm::actions::WebsiteEnquiry;
use crate::crm::fields::{COURSE, EMAIL, FOLLOW_UP_DATE, NAME, PHONE};
use crate::crm::options::ContactSource;

/// The only input that is not a field of the workspace.
pub(crate) const CONSENT: &str = "consent";

/// The unchanged answers of a visitor, by API name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    pub(crate) phone: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) course: String,
    pub(crate) follow_up_date: String,
    pub(crate) consent: String,
    /// Identifies a submission, so that a second click on the button does not save a duplicate.
    pub(crate) submission: String,
}

/// Problem with an answer, with a text for the visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The name of the input.
    pub(crate) field: String,
    pub(crate) text: String,
}

impl Problem {
    fn new(field: &str, text: impl Into<String>) -> Self {
        Self { field: field.to_owned(), text: text.into() }
    }

    pub(crate) fn label(&self) -> &'static str {
        label(&self.field)
    }
}

/// The visible label of an input.
pub(crate) fn label(field: &str) -> &'static str {
    match field {
        PHONE => "Phone",
        NAME => "Name",
        EMAIL => "Email",
        COURSE => "Course",
        FOLLOW_UP_DATE => "Preferred date for a call",
        _ => "Consent",
    }
}

/// Options for phones and dates in India.
///
/// # Errors
///
/// Returns an error only if a constant in this function is invalid.
pub(crate) fn india() -> Result<ParseOptions, ValueError> {
    ParseOptions::new().country_code("91")?.utc_offset("+05:30")
}

impl Form {
    /// Converts the answers to a lead.
    ///
    /// # Errors
    ///
    /// Returns every problem, in the order of the form.
    pub(crate) fn lead(&self) -> Result<Lead, Vec<Problem>> {
        let answers = [
            (NAME, &self.name),
            (PHONE, &self.phone),
            (EMAIL, &self.email),
            (FOLLOW_UP_DATE, &self.follow_up_date),
            (COURSE, &self.course),
        ];
        let options = india().map_err(|error| vec![Problem::new(PHONE, error.for_person())])?;
        let (lead, errors) = match parse_lead::<Lead>(answers, &options) {
            Ok(lead) => (Some(lead), SetErrors::default()),
            Err(errors) => (None, errors),
        };
        let mut problems = Vec::new();
        for (field, typed) in answers {
            if let Some(error) = errors.iter().find(|error| error.field() == field) {
                problems.push(Problem::new(field, error.for_person()));
            } else if field == NAME && typed.trim().is_empty() {
                problems.push(Problem::new(NAME, "Please give your name."));
            }
        }
        if self.consent.is_empty() {
            problems.push(Problem::new(CONSENT, "Please agree, so that we may call you."));
        }
        match (lead, problems.is_empty()) {
            (Some(lead), true) => {
                Ok(lead.contact_source(ContactSource::Website).action(WebsiteEnquiry::new()))
            }
            _ => Err(problems),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Form {
        Form {
            phone: "098765 43210".to_owned(),
            name: "Asha Rao".to_owned(),
            consent: "yes".to_owned(),
            ..Form::default()
        }
    }

    #[test]
    fn optional_answers_may_be_empty() {
        let lead = good().lead().expect("the required answers are valid");
        assert_eq!(lead.phone.as_str(), "919876543210");
        assert_eq!((lead.email, lead.course, lead.follow_up_date), (None, None, None));
    }

    #[test]
    fn dates_are_days_in_india() {
        for typed in ["2026-12-31", "31/12/2026"] {
            let lead = Form { follow_up_date: typed.to_owned(), ..good() }.lead().expect(typed);
            let date = lead.follow_up_date.expect("a date");
            assert_eq!(date.unix_millis(), 1_798_655_400_000, "{typed}");
        }
    }

    #[test]
    fn every_problem_is_reported_with_its_field() {
        let form = Form {
            phone: "9876543210.0".to_owned(),
            email: "asha@".to_owned(),
            course: "Astrology".to_owned(),
            follow_up_date: "someday".to_owned(),
            ..Form::default()
        };
        let problems = form.lead().expect_err("the answers are invalid");
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["name", "phone", "email", "follow_up_date", "course", "consent"]);
    }

    #[test]
    fn problem_contains_no_text_of_the_visitor() {
        let form = Form { phone: "+91 77777".to_owned(), ..good() };
        let problems = form.lead().expect_err("the phone is too short");
        assert!(!problems[0].text.contains("777"), "{problems:?}");
    }
}
