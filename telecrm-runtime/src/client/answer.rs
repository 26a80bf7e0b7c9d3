//! What telecrm's answer says.
//!
//! telecrm answers 200 to all that it can read, and so does many a login page: only
//! `200 {"status":"QUEUED"}` is success.

use std::time::{Duration, SystemTime};

use reqwest::Response;
use reqwest::header::{DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use serde_json::Value;

use super::Error;

/// telecrm's own answers take some hundred bytes.
const LIMIT: usize = 64 * 1024;

pub(super) async fn judge(response: Response) -> Result<(), Error> {
    let status = response.status().as_u16();
    match status {
        200 => {
            let body = read(response).await.map_err(Error::unread)?;
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
            code: read(response).await.ok().flatten().and_then(|body| envelope_code(&body)),
        }),
        500.. => Err(Error::Server { status, retry_after: retry_after(response.headers()) }),
        _ => Err(Error::NotQueued { status, answer: "telecrm answers 200".to_owned() }),
    }
}

/// The body, `None` where it is longer than telecrm's answers are.
async fn read(mut response: Response) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LIMIT {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
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

/// Where the answer sends us, by host alone: the rest may hold anything.
fn redirect(response: &Response) -> String {
    let target = response
        .headers()
        .get(LOCATION)
        .and_then(|location| location.to_str().ok())
        .and_then(|location| response.url().join(location).ok());
    match target.as_ref().and_then(reqwest::Url::host_str) {
        Some(host) => format!("it redirects to {host}"),
        None => "it is a redirect".to_owned(),
    }
}

/// The code of `{"error":{"code","message"}}`, where it is a word of telecrm's: anything else may
/// repeat what was sent.
fn envelope_code(body: &[u8]) -> Option<String> {
    let envelope = serde_json::from_slice::<Value>(body).ok()?;
    let code = envelope.get("error")?.get("code")?.as_str()?;
    let word = code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    (word && !code.is_empty() && code.len() <= 64).then(|| code.to_owned())
}

/// `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let date = |name: HeaderName| {
        let text = headers.get(name)?.to_str().ok()?;
        httpdate::parse_http_date(text.trim()).ok()
    };
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Duration::from_secs);
    }
    let until = date(RETRY_AFTER)?;
    // By the server's own clock, where it shows it: ours may differ.
    let now = date(DATE).unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
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

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        let after = |value: &'static str, date: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            headers.extend(date.map(|date| (DATE, date.parse().unwrap())));
            retry_after(&headers)
        };
        assert_eq!(after("120", None), Some(Duration::from_secs(120)));
        assert_eq!(after("0", None), Some(Duration::ZERO));
        let noon = Some("Fri, 01 May 2026 12:00:00 GMT");
        assert_eq!(after("Fri, 01 May 2026 12:01:30 GMT", noon), Some(Duration::from_secs(90)));
        assert_eq!(after("Fri, 01 May 2026 11:00:00 GMT", noon), Some(Duration::ZERO));
        assert_eq!(after("Fri, 01 May 2015 12:00:00 GMT", None), Some(Duration::ZERO));
        for value in ["", "soon", "-1", "1.5", "99999999999999999999999", "+5"] {
            assert_eq!(after(value, None), None, "{value}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn only_a_word_of_telecrms_is_taken_from_its_errors() {
        let code = |body: &str| envelope_code(body.as_bytes());
        let body = r#"{"error":{"code":"NOT_FOUND","message":"no 919999999999"}}"#;
        assert_eq!(code(body).as_deref(), Some("NOT_FOUND"));
        for body in ["", "{}", r#"{"error":"x"}"#, r#"{"error":{"code":"no 919999999999"}}"#] {
            assert_eq!(code(body), None);
        }
    }
}
