//! The one classifier of responses: success, or which error.

use reqwest::Response;

use super::response::{
    Received, ResponseSummary, envelope_code, is_envelope, redirect, retry_after,
};
use crate::error::Error;

/// telecrm's errors take some hundred bytes.
const MAX_ERROR: usize = 64 * 1024;

/// The successes of a call.
pub(crate) trait Expected {
    /// The value of a success.
    type Success;

    /// The longest body that is read, in bytes.
    const MAX_BODY: usize;

    /// Reads a response whose status is 200 to 299, or returns what is wrong with it.
    fn read(&self, received: &mut Received) -> Result<Self::Success, String>;

    /// The error of a response that is not documented.
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
        429 => Err(Error::RateLimited { retry_after: wait }),
        400..=499 => {
            let code = envelope_code(&error_body(response).await);
            Err(match (status, code.as_deref()) {
                (404, Some("ENTERPRISE_NOT_FOUND")) => Error::EnterpriseNotFound,
                (404, _) => Error::NotFound { code },
                _ => Error::Rejected { status, code },
            })
        }
        503 => {
            let not_received = wait.is_some() || is_envelope(&error_body(response).await);
            Err(Error::Server { status, retry_after: wait, not_received })
        }
        500.. => Err(Error::Server { status, retry_after: wait, not_received: false }),
        _ => Err(E::unexpected(Received::head(&response).summary("telecrm answers 200"))),
    }
}

/// The body of an error. The status decides, so a body that cannot be read only costs its code.
async fn error_body(response: Response) -> Vec<u8> {
    let received = Received::read(response, MAX_ERROR).await.ok();
    received.and_then(|received| received.body).unwrap_or_default()
}
