//! Enquiries that scripts of pages on other sites post: the inputs of the form as JSON.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use crate::App;
use crate::form::{Form, Problem};
use crate::store::{Received, StoreError};
use crate::webhook::{self, Unmapped};

/// The path of the endpoint, which is the source of held bodies.
pub(crate) const PATH: &str = "/enquiry";

/// Saves an enquiry, or responds with the messages of the form.
pub(crate) async fn post(State(app): State<App>, body: Bytes) -> Result<Response, StoreError> {
    let (form, unmapped) = match read(&body) {
        Ok(read) => read,
        Err(problems) => return Ok(invalid(&problems)),
    };
    let lead = match form.lead() {
        Ok(lead) => lead,
        Err(problems) => return Ok(invalid(&problems)),
    };
    let received = Received {
        source: PATH,
        key: Some(form.submission.as_str()).filter(|key| !key.is_empty()),
        lead: Some(lead),
        unmapped: &unmapped,
        body: &body,
    };
    app.store.keep(&app.public_outbox, received).await?;
    Ok((StatusCode::ACCEPTED, webhook::receive::outcome(true, &unmapped)).into_response())
}

/// Reads the inputs of the form, and the reasons for keys that are not an input.
///
/// # Errors
///
/// Returns a problem if the body is not an object, or if the value of an input is not a text.
fn read(body: &[u8]) -> Result<(Form, Vec<Unmapped>), Vec<Problem>> {
    let body: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|_| vec![Problem::new("", "Send a JSON object with the inputs of the form.")])?;
    let (mut form, mut unmapped, mut problems) = (Form::default(), Vec::new(), Vec::new());
    for (name, value) in &body {
        let text = webhook::text(value);
        match (form.input(name), text) {
            (_, Ok(None)) => {}
            (Some(input), Ok(Some(text))) => *input = text,
            (Some(_), Err(_)) => {
                problems.push(Problem::new(name, "This value is of another kind."));
            }
            (None, _) => unmapped.push(Unmapped::new(name, "D17", "the form has no such input")),
        }
    }
    if is_refusal(&form.consent) {
        form.consent.clear();
    }
    if problems.is_empty() { Ok((form, unmapped)) } else { Err(problems) }
}

/// Whether a script wrote the state of an unchecked box. In a form, an unchecked box sends nothing.
fn is_refusal(consent: &str) -> bool {
    ["false", "no", "off", "0"].iter().any(|word| consent.eq_ignore_ascii_case(word))
}

fn invalid(problems: &[Problem]) -> Response {
    let problems: Vec<_> = problems
        .iter()
        .map(|problem| json!({ "field": problem.field, "text": problem.text }))
        .collect();
    let body = Json(json!({ "status": "invalid", "problems": problems }));
    (StatusCode::UNPROCESSABLE_ENTITY, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::CONSENT;

    #[test]
    fn consent_of_an_unchecked_box_is_missing() {
        for (consent, is_given) in [
            (json!("yes"), true),
            (json!("on"), true),
            (json!(true), true),
            (json!(false), false),
            (json!("No"), false),
            (json!(""), false),
            (json!(null), false),
        ] {
            let body = json!({ "phone": "9876543210", "name": "Asha", CONSENT: consent });
            let (form, unmapped) = read(body.to_string().as_bytes()).expect("an object");
            assert_eq!((form.lead().is_ok(), unmapped.len()), (is_given, 0), "{body}");
        }
    }

    #[test]
    fn body_that_is_not_the_form_is_a_problem_or_a_reason() {
        let problem = |body: &str| read(body.as_bytes()).expect_err(body)[0].field.clone();
        assert_eq!((problem("["), problem("[]")), (String::new(), String::new()));
        assert_eq!(problem(r#"{"name":{"first":"Asha"}}"#), "name");
        let (_, unmapped) = read(br#"{"utm_source":"ads","gclid":null}"#).expect("an object");
        assert_eq!((unmapped.len(), unmapped[0].rule), (1, "D17"));
    }
}
