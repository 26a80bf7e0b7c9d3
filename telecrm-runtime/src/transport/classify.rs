//! Classification of responses into successes and errors.

use std::time::Duration;

use reqwest::Response;

use super::response::{Envelope, Received, redirect, retry_after};
use crate::error::{Error, ResponseSummary};

/// Maximum length of an error body in bytes; telecrm's have a few hundred.
const MAX_ERROR: usize = 64 * 1024;

/// Description of the successful responses of a call.
pub(crate) trait Expected {
    /// The value of a success.
    type Success;

    /// Maximum number of bytes of the body that the client reads.
    const MAX_BODY: usize;

    /// Reads a response with status 200 to 299, or returns the rule that it breaks.
    fn read(&self, received: &mut Received) -> Result<Self::Success, String>;

    /// Returns the error of an undocumented response.
    fn unexpected(response: ResponseSummary) -> Error;
}

/// Classifies a response of either API.
pub(crate) async fn classify<E: Expected>(
    response: Response,
    expected: &E,
) -> Result<E::Success, Error> {
    let status = response.status().as_u16();
    let wait = retry_after(response.headers());
    match status {
        200..=299 => {
            let mut received =
                Received::read(response, E::MAX_BODY).await.map_err(Error::unread)?;
            let read = expected.read(&mut received);
            read.map_err(|rule| E::unexpected(received.summary(rule)))
        }
        300..=399 => {
            let rule = redirect(&response);
            let received = Received::head(&response);
            Err(E::unexpected(received.summary(rule)))
        }
        401 => Err(Error::Unauthorized),
        400.. => Err(refusal(status, wait, envelope(response).await)),
        _ => Err(E::unexpected(Received::head(&response).summary("its status is not 200"))),
    }
}

/// Returns the error of a status from 400 on.
fn refusal(status: u16, retry_after: Option<Duration>, envelope: Option<Envelope>) -> Error {
    let has_envelope = envelope.is_some();
    let (code, message) =
        envelope.map_or((None, None), |envelope| (envelope.code, envelope.message));
    match (status, code.as_deref()) {
        (404, Some("ENTERPRISE_NOT_FOUND")) => Error::EnterpriseNotFound,
        (404, _) => Error::NotFound { code, has_envelope },
        (409, Some("LEAD_ALREADY_EXISTS")) => Error::LeadExists,
        (429, _) => Error::RateLimited { retry_after, has_envelope },
        (500.., _) => {
            let not_received = status == 503 && (retry_after.is_some() || message.is_some());
            Error::Server { status, retry_after, not_received, has_envelope }
        }
        _ => Error::Rejected { status, code, message, has_envelope },
    }
}

/// Reads the envelope of an error.
///
/// Only the status decides about the error, so an unreadable body is ignored.
async fn envelope(response: Response) -> Option<Envelope> {
    let received = Received::read(response, MAX_ERROR).await.ok()?;
    Envelope::parse(&received.body?)
}
