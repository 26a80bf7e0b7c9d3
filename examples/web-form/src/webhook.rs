//! Leads from ad platforms: flat JSON with API names as keys.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use telecrm_runtime::parse_lead;

use crate::crm::Lead;
use crate::crm::options::ContactSource;
use crate::form::india;

/// A key with a value that cannot be part of the lead.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Refused {
    pub(crate) key: String,
    /// An id in the catalogue of silent drops.
    pub(crate) rule: &'static str,
    pub(crate) reason: String,
}

/// Converts the body of a webhook's request to a lead.
///
/// # Errors
///
/// Returns a reason for each key that cannot be mapped. No key is dropped silently.
pub(crate) fn lead(body: &[u8]) -> Result<Lead, Vec<Refused>> {
    let refuse = |key: &str, rule, reason: String| Refused { key: key.to_owned(), rule, reason };
    let body: Map<String, Value> = serde_json::from_slice(body).map_err(|_| {
        vec![refuse(
            "",
            "D29",
            "the body must be a flat JSON object with API names as keys".to_owned(),
        )]
    })?;
    let (mut reasons, mut pairs) = (Vec::new(), Vec::new());
    for (key, value) in &body {
        match value {
            Value::String(text) => pairs.push((key, text.clone())),
            Value::Number(number) => pairs.push((key, number.to_string())),
            Value::Bool(yes) => pairs.push((key, yes.to_string())),
            Value::Null => {}
            Value::Array(_) | Value::Object(_) => {
                reasons.push(refuse(key, "D01", "the value must not be nested".to_owned()));
            }
        }
    }
    let options = india().map_err(|error| vec![refuse("", error.id(), error.to_string())])?;
    match parse_lead::<Lead>(pairs, &options) {
        Ok(lead) if reasons.is_empty() => Ok(match lead.contact_source {
            Some(_) => lead,
            None => lead.contact_source(ContactSource::Website),
        }),
        Ok(_) => Err(reasons),
        Err(errors) => {
            reasons.extend(
                errors.iter().map(|error| refuse(error.field(), error.id(), error.to_string())),
            );
            Err(reasons)
        }
    }
}

/// The response to a body that cannot be mapped.
pub(crate) fn refused(reasons: &[Refused]) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "status": "refused", "reasons": reasons })))
        .into_response()
}
