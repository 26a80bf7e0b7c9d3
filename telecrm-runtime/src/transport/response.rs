//! What is believed of an answer, whichever API gave it: a bounded body, a code that is telecrm's own
//! word, a wait. Nothing else of it is told on, since it may repeat what was sent.

use std::time::{Duration, SystemTime};

use reqwest::Response;
use reqwest::header::{DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use serde_json::Value;

/// The body, `None` where it is longer than the limit, in bytes.
pub(crate) async fn read(
    mut response: Response,
    limit: usize,
) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// Where the answer sends us, by host alone: the rest may hold anything.
pub(crate) fn redirect(response: &Response) -> String {
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
pub(crate) fn envelope_code(body: &[u8]) -> Option<String> {
    let envelope = serde_json::from_slice::<Value>(body).ok()?;
    let code = envelope.get("error")?.get("code")?.as_str()?;
    let word = code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    (word && !code.is_empty() && code.len() <= 64).then(|| code.to_owned())
}

/// `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3).
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
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

/// The code, for the brackets behind a status.
pub(crate) fn in_words(code: Option<&str>) -> String {
    code.map_or_else(String::new, |code| format!(", {code}"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
