//! Error responses in telecrm's envelope.

use axum::{
    Json,
    http::{StatusCode, header::ALLOW},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::size::Limits;

/// Error response: `{"error":{"code":…,"message":…}}` with a status.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    code: &'static str,
    pub(super) message: String,
    /// The longer reason of the delivery, if the message is telecrm's own.
    reason: Option<&'static str>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), reason: None }
    }

    /// Returns the reason that the log of deliveries contains.
    pub(super) fn reason(&self) -> &str {
        self.reason.unwrap_or(&self.message)
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    /// Returns the documented 401, which does not contain the reason.
    pub(super) fn not_authorized(reason: &'static str) -> Self {
        let message = "Invalid or missing access token.";
        let refusal = Self::new(StatusCode::UNAUTHORIZED, "NOT_AUTHORIZED", message);
        Self { reason: Some(reason), ..refusal }
    }

    pub(super) fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    pub(super) fn too_many_requests(message: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", message)
    }

    /// Returns the response if the leads reach their limit of memory.
    pub(super) fn leads_full(limits: &Limits) -> Self {
        let message = format!(
            "the leads of the emulator are limited to {} bytes in total, and this lead exceeds \
             the limit; reset the emulator, or start it with a larger limit",
            limits.leads
        );
        Self::new(StatusCode::INSUFFICIENT_STORAGE, "LEADS_FULL", message)
    }

    pub(super) fn method_not_allowed(allowed: &'static str) -> Response {
        let message = format!("only {allowed} is allowed here");
        let refusal = Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message);
        ([(ALLOW, allowed)], refusal).into_response()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({ "error": { "code": self.code, "message": self.message } });
        (self.status, Json(body)).into_response()
    }
}
