//! HTML pages. The templates escape every value.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{Html, IntoResponse, Response};
use telecrm_outbox::{Entry, EntryId, PauseCause, State, WorkerStatus};
use telecrm_runtime::Date;

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

/// The form with the visitor's answers and their problems.
pub(crate) fn form(form: &Form, problems: &[Problem]) -> Response {
    let problem = |field: &str| {
        problems.iter().find(|problem| problem.field == field).map(|problem| problem.text.as_str())
    };
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

/// The type of the date input.
///
/// A browser clears a date input if the value is not an ISO date. Therefore other values, from browsers
/// without date inputs, are shown in a text input.
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

/// The page after the enquiry and its outbox entry are stored.
pub(crate) fn thanks() -> Response {
    html(StatusCode::OK, &ThanksPage)
}

#[derive(Template)]
#[template(path = "enquiries.html")]
struct EnquiriesPage {
    /// The reason for a pause of delivery.
    pause: Option<&'static str>,
    rows: Vec<Row>,
    held: Vec<HeldRow>,
    /// The number of held bodies, of which the page shows the oldest.
    held_count: u64,
}

/// A held body, which is personal data and is not shown.
struct HeldRow {
    id: EntryId,
    received: String,
    source: String,
    reason: String,
}

impl From<Entry> for HeldRow {
    fn from(entry: Entry) -> Self {
        let received = Date::from_system_time(entry.enqueued_at()).map(|date| date.to_string());
        let received = received.unwrap_or_default().replacen('T', " ", 1);
        Self {
            id: entry.id(),
            // Without milliseconds, like the enquiries.
            received: received.get(..19).unwrap_or_default().to_owned(),
            source: entry.source().unwrap_or_default().to_owned(),
            reason: entry.reason().unwrap_or_default().to_owned(),
        }
    }
}

struct Row {
    id: i64,
    received: String,
    name: String,
    phone: String,
    state: &'static str,
    /// The CSS class of the state: `waiting`, `done` or `wrong`.
    class: &'static str,
    meaning: &'static str,
    reason: String,
}

/// The list of enquiries with the state of each, and the reasons for held bodies.
pub(crate) fn enquiries(
    rows: Vec<(Enquiry, Option<Entry>)>,
    held: Vec<Entry>,
    held_count: u64,
    status: WorkerStatus,
) -> Response {
    let rows = rows
        .into_iter()
        .map(|(enquiry, entry)| {
            let (state, class, meaning) = describe(entry.as_ref().map(Entry::state));
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
    html(
        StatusCode::OK,
        &EnquiriesPage {
            pause: pause(status),
            rows,
            held: held.into_iter().map(HeldRow::from).collect(),
            held_count,
        },
    )
}

/// The reason for a pause, for an operator.
fn pause(status: WorkerStatus) -> Option<&'static str> {
    let WorkerStatus::Paused(cause) = status else { return None };
    Some(match cause {
        PauseCause::Unauthorized => "telecrm refuses the token or the enterprise id",
        PauseCause::WrongAddress => "the address is not an address of telecrm's API",
        PauseCause::NotTelecrm => "another server responds in telecrm's place",
        PauseCause::Blocked => "a firewall blocks the requests, or telecrm refuses every lead",
        PauseCause::Unavailable => "telecrm cannot be reached, or fails",
        _ => "an operator paused it",
    })
}

/// The name, the CSS class and the meaning of a state, for counsellors.
fn describe(state: Option<State>) -> (&'static str, &'static str, &'static str) {
    match state {
        Some(State::Queued) => ("queued", "waiting", "Saved, and waiting to be sent."),
        Some(State::Sending) => ("sending", "waiting", "Being sent to telecrm."),
        Some(State::Accepted) => (
            "accepted",
            "waiting",
            "telecrm accepted the request, which does not confirm the lead.",
        ),
        Some(State::Verified) => {
            ("verified", "done", "Read back from telecrm: every value is as sent.")
        }
        Some(State::Superseded) => {
            ("superseded", "done", "A later enquiry with the same number was sent.")
        }
        Some(State::Mismatched) => {
            ("mismatched", "wrong", "telecrm has the lead, but with another value:")
        }
        Some(State::Missing) => {
            ("missing", "wrong", "telecrm accepted the request, but does not have the lead.")
        }
        Some(State::Unconfirmed) => (
            "unconfirmed",
            "wrong",
            "telecrm may or may not have the action. Sending it again could create a duplicate.",
        ),
        Some(State::Refused) => ("refused", "wrong", "telecrm refused the lead:"),
        Some(_) => ("see the outbox", "wrong", ""),
        None => ("erased", "done", "Delivered long ago; the outbox has deleted the details."),
    }
}

/// A short page for server errors, and for requests that are refused before the form is read.
pub(crate) fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}

/// Headers of pages with visitors' data: no caching, no frames and no scripts.
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
