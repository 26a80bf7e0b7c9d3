//! What telecrm's answer says.
//!
//! telecrm answers 200 to all that it can read, and so does many a login page: only
//! `200 {"status":"QUEUED"}` is success.

use reqwest::Response;
use serde_json::Value;

use super::Error;
use crate::transport::{envelope_code, read, redirect, retry_after};

/// telecrm's own answers take some hundred bytes.
const LIMIT: usize = 64 * 1024;

pub(super) async fn judge(response: Response) -> Result<(), Error> {
    let status = response.status().as_u16();
    match status {
        200 => {
            let body = read(response, LIMIT).await.map_err(Error::unread)?;
            not_queued(body.as_deref()).map_or(Ok(()), |answer| {
                Err(Error::NotQueued { status, answer: answer.to_owned() })
            })
        }
        300..=399 => Err(Error::NotQueued { status, answer: redirect(&response) }),
        401 => Err(Error::Unauthorized),
        429 => Err(Error::RateLimited { retry_after: retry_after(response.headers()) }),
        // The status decides, so a body that cannot be read only costs its code.
        400..=499 => Err(Error::Rejected {
            status,
            code: read(response, LIMIT).await.ok().flatten().and_then(|body| envelope_code(&body)),
        }),
        500.. => Err(Error::Server { status, retry_after: retry_after(response.headers()) }),
        _ => Err(Error::NotQueued { status, answer: "telecrm answers 200".to_owned() }),
    }
}

/// What the body is, where it does not say that the lead is queued.
fn not_queued(body: Option<&[u8]>) -> Option<&'static str> {
    let Some(body) = body else {
        return Some("it is longer than 64 KiB");
    };
    // As telecrm writes it: nearly always.
    if body == br#"{"status":"QUEUED"}"# {
        return None;
    }
    let Ok(json) = serde_json::from_slice::<Value>(body) else {
        let text = body.trim_ascii_start();
        return Some(match text.first() {
            None => "it is empty",
            Some(b'<') => "it is a page of HTML",
            Some(_) => "it is no JSON",
        });
    };
    match json.get("status") {
        Some(Value::String(status)) if status == "QUEUED" => None,
        _ => Some("it is JSON, but does not say that the lead is queued"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d34_only_a_json_object_whose_status_is_queued_is_success() {
        assert_eq!(not_queued(Some(br#"{"status":"QUEUED"}"#)), None);
        assert_eq!(not_queued(Some(br#" {"id":1,"status":"QUEUED"} "#)), None);
        for body in [
            "",
            "  ",
            "QUEUED",
            "\"QUEUED\"",
            "[\"QUEUED\"]",
            "{}",
            r#"{"status":"queued"}"#,
            r#"{"status":["QUEUED"]}"#,
            r#"{"data":{"status":"QUEUED"}}"#,
            r#"{"status":"QUEUED"}x"#,
            "<html>QUEUED</html>",
            "null",
            "\u{0}",
        ] {
            assert!(not_queued(Some(body.as_bytes())).is_some(), "{body}");
        }
        assert!(not_queued(None).is_some());
        // No input runs away with the stack.
        assert!(not_queued(Some("[".repeat(60_000).as_bytes())).is_some());
    }
}
