//! HTML pages. The templates escape everything.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{Html, IntoResponse, Response};
use telecrm_outbox::{Entry, PauseCause, State, WorkerStatus};

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
            input(
                FOLLOW_UP_DATE,
                date_kind(&form.follow_up_date),
                "off",
                false,
                None,
                &form.follow_up_date,
            ),
        ],
        courses: Course::ALL.iter().map(|course| course.label()).collect(),
        course_problem: problem(COURSE),
        consent_problem: problem(CONSENT),
    };
    let status =
        if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html(status, &page)
}

/// A browser empties its date input where the value is no ISO date; then what was typed in a browser
/// without such an input stays visible as text.
fn date_kind(typed: &str) -> &'static str {
    let iso = |(index, byte): (usize, u8)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let is_iso = typed.len() == 10 && typed.bytes().enumerate().all(iso);
    if typed.is_empty() || is_iso { "date" } else { "text" }
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
    /// The reason for a pause of delivery.
    pause: Option<&'static str>,
    rows: Vec<Row>,
}

struct Row {
    id: i64,
    received: String,
    name: String,
    phone: String,
    state: &'static str,
    /// How the state is coloured: `waiting`, `done` or `wrong`.
    class: &'static str,
    meaning: &'static str,
    reason: String,
}

/// The list of enquiries with what is known of each.
pub(crate) fn enquiries(rows: Vec<(Enquiry, Option<Entry>)>, status: WorkerStatus) -> Response {
    let rows = rows
        .into_iter()
        .map(|(enquiry, entry)| {
            let (state, class, meaning) = described(entry.as_ref().map(Entry::state));
            Row {
                id: enquiry.id,
                received: enquiry.received,
                name: enquiry.name,
                phone: enquiry.phone,
                state,
                class,
                meaning,
                reason: entry
                    .and_then(|entry| entry.reason().map(ToString::to_string))
                    .unwrap_or_default(),
            }
        })
        .collect();
    html(StatusCode::OK, &EnquiriesPage { pause: pause(status), rows })
}

/// The reason for a pause, for the person who can end it.
fn pause(status: WorkerStatus) -> Option<&'static str> {
    let WorkerStatus::Paused(cause) = status else { return None };
    Some(match cause {
        PauseCause::Unauthorized => "telecrm refuses the token or the enterprise id",
        PauseCause::WrongAddress => "the address is not that of telecrm's API",
        PauseCause::NotTelecrm => "another server responds in telecrm's place",
        PauseCause::Blocked => "a firewall blocks the requests, or telecrm refuses every lead",
        PauseCause::Unavailable => "telecrm cannot be reached, or fails",
        _ => "an operator paused it",
    })
}

/// The word that a counsellor reads, whether somebody has to act, and what it means.
fn described(state: Option<State>) -> (&'static str, &'static str, &'static str) {
    match state {
        Some(State::Queued) => ("queued", "waiting", "Saved here, and waits for its turn."),
        Some(State::Sending) => ("sending", "waiting", "On its way to telecrm."),
        Some(State::Accepted) => {
            ("accepted", "waiting", "telecrm has answered, which confirms nothing yet.")
        }
        Some(State::Verified) => ("verified", "done", "Read back: telecrm has it as it was sent."),
        Some(State::Superseded) => {
            ("superseded", "done", "A later enquiry of the same number was sent.")
        }
        Some(State::Mismatched) => {
            ("mismatched", "wrong", "telecrm has it, but not as it was sent:")
        }
        Some(State::Missing) => ("missing", "wrong", "telecrm answered, and does not have it."),
        Some(State::Unconfirmed) => (
            "unconfirmed",
            "wrong",
            "telecrm may have the action or not. Sent again, it could stand there twice.",
        ),
        Some(State::Refused) => ("refused", "wrong", "telecrm turned it away:"),
        Some(_) => ("see the outbox", "wrong", ""),
        None => ("erased", "done", "Delivered long ago; the outbox has forgotten the details."),
    }
}

/// A short page for what went wrong on our side, or was refused before the form was read.
pub(crate) fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}

/// Pages hold what visitors typed: nothing keeps them, frames them, or runs a script in them.
const HEADERS: [(HeaderName, &str); 3] = [
    (CACHE_CONTROL, "no-store"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    ),
];

fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, HEADERS, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "This page could not be shown.")
        }
    }
}
