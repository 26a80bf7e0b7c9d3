//! HTML pages. The templates escape everything.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use telecrm_outbox::{Entry, State};

use crate::crm::fields::{COURSE, EMAIL, FOLLOW_UP_DATE, NAME, PHONE};
use crate::crm::options::Course;
use crate::form::{CONSENT, Form, Problem, label};
use crate::store::Enquiry;

#[derive(Template)]
#[template(path = "form.html")]
struct FormPage<'a> {
    form: &'a Form,
    problems: &'a [Problem],
    inputs: Vec<Input<'a>>,
    courses: Vec<&'static str>,
    course_problem: Option<&'a str>,
    consent_problem: Option<&'a str>,
}

struct Input<'a> {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    required: bool,
    hint: Option<&'static str>,
    value: &'a str,
    problem: Option<&'a str>,
}

impl Input<'_> {
    fn described_by(&self) -> Option<String> {
        let hint = self.hint.map(|_| format!("{}-hint", self.name));
        let problem = self.problem.map(|_| format!("{}-problem", self.name));
        let ids: Vec<_> = hint.into_iter().chain(problem).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// The form, with what was typed and what is wrong with it.
pub(crate) fn form(form: &Form, problems: &[Problem]) -> Response {
    let problem =
        |field: &str| problems.iter().find(|it| it.field == field).map(|it| it.text.as_str());
    let input = |name, kind, autocomplete, required, hint, value| Input {
        name,
        label: label(name),
        kind,
        autocomplete,
        required,
        hint,
        value,
        problem: problem(name),
    };
    let page = FormPage {
        form,
        problems,
        inputs: vec![
            input(NAME, "text", "name", true, None, &form.name),
            input(
                PHONE,
                "tel",
                "tel",
                true,
                Some("With country code when it is not an Indian number"),
                &form.phone,
            ),
            input(EMAIL, "email", "email", false, None, &form.email),
            input(FOLLOW_UP_DATE, "date", "off", false, None, &form.follow_up_date),
        ],
        courses: Course::ALL.iter().map(|course| course.label()).collect(),
        course_problem: problem(COURSE),
        consent_problem: problem(CONSENT),
    };
    let status =
        if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html(status, &page)
}

#[derive(Template)]
#[template(path = "thanks.html")]
struct ThanksPage;

/// Shown after the enquiry and its outbox entry are on disk.
pub(crate) fn thanks() -> Response {
    html(StatusCode::OK, &ThanksPage)
}

#[derive(Template)]
#[template(path = "enquiries.html")]
struct EnquiriesPage {
    paused: bool,
    rows: Vec<Row>,
}

struct Row {
    id: i64,
    received: String,
    name: String,
    phone: String,
    state: &'static str,
    note: String,
    wrong: bool,
}

/// The list of enquiries with what is known of each.
pub(crate) fn enquiries(rows: Vec<(Enquiry, Option<Entry>)>, paused: bool) -> Response {
    let rows = rows
        .into_iter()
        .map(|(enquiry, entry)| {
            let state = entry.as_ref().map(Entry::state);
            let (word, wrong) = state_word(state);
            Row {
                id: enquiry.id,
                received: enquiry.received,
                name: enquiry.name,
                phone: enquiry.phone,
                state: word,
                note: entry
                    .and_then(|entry| entry.reason().map(ToString::to_string))
                    .unwrap_or_default(),
                wrong,
            }
        })
        .collect();
    html(StatusCode::OK, &EnquiriesPage { paused, rows })
}

/// The word that a counsellor reads, and whether somebody has to act.
fn state_word(state: Option<State>) -> (&'static str, bool) {
    match state {
        Some(State::Queued) => ("queued", false),
        Some(State::Sending) => ("sending", false),
        Some(State::Accepted) => ("accepted", false),
        Some(State::Verified) => ("verified", false),
        Some(State::Superseded) => ("superseded", false),
        Some(State::Mismatched) => ("mismatched", true),
        Some(State::Missing) => ("missing", true),
        Some(State::Unconfirmed) => ("unconfirmed", true),
        Some(State::Refused) => ("refused", true),
        Some(_) => ("see the outbox", true),
        None => ("erased", false),
    }
}

/// A short page for what went wrong on our side, or was refused before the form was read.
pub(crate) fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}

fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "This page could not be shown.")
        }
    }
}
