//! Received responses: bounded bodies, and summaries without personal data.

use std::fmt;
use std::time::{Duration, SystemTime};

use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use serde_json::Value;

use super::bounded_json::parse;
use crate::error::ResponseSummary;
use crate::invisible::is_invisible;

/// Maximum number of characters in an excerpt.
const MAX_EXCERPT: usize = 500;

/// Response that was read up to a limit.
pub(crate) struct Received {
    pub(crate) status: u16,
    content_type: Option<String>,
    /// `None` if the body exceeds the limit or was not read.
    pub(crate) body: Option<Vec<u8>>,
}

impl Received {
    /// Reads a response whose body has at most `limit` bytes.
    pub(crate) async fn read(mut response: Response, limit: usize) -> Result<Self, reqwest::Error> {
        let status = response.status().as_u16();
        let content_type = content_type(response.headers());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > limit {
                return Ok(Self { status, content_type, body: None });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self { status, content_type, body: Some(body) })
    }

    /// Returns a response whose body is not read.
    pub(crate) fn head(response: &Response) -> Self {
        let status = response.status().as_u16();
        Self { status, content_type: content_type(response.headers()), body: None }
    }

    /// Returns a summary that may be shown; `rule` is the rule that the response breaks.
    pub(crate) fn summary(&self, rule: impl Into<String>) -> ResponseSummary {
        let body = self.body.as_deref().unwrap_or_default();
        let json = parse(body).ok();
        ResponseSummary {
            status: self.status,
            content_type: self.content_type.clone(),
            length: self.body.as_ref().map(Vec::len),
            rule: rule.into(),
            excerpt: excerpt(&String::from_utf8_lossy(body)),
            message: json.as_ref().and_then(error_message).map(excerpt),
            has_envelope: json.as_ref().and_then(Envelope::of).is_some(),
        }
    }

    pub(crate) fn view(&self) -> ResponseView<'_> {
        let body = self.body.as_deref().unwrap_or_default();
        ResponseView { response: self, text: std::str::from_utf8(body).unwrap_or_default() }
    }
}

/// Describes the target of a redirect by its host; the rest may contain personal data.
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

/// Response with status 200 to 299 that is not `{"status":"QUEUED"}`.
///
/// [`ClientBuilder::accept_response`](crate::ClientBuilder::accept_response) decides whether it is
/// a success.
#[derive(Clone, Copy)]
pub struct ResponseView<'a> {
    response: &'a Received,
    text: &'a str,
}

impl<'a> ResponseView<'a> {
    /// Returns the HTTP status, 200 to 299.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.response.status
    }

    /// Returns the media type, such as `text/plain`.
    #[must_use]
    pub fn content_type(&self) -> Option<&'a str> {
        self.response.content_type.as_deref()
    }

    /// Returns the body without surrounding whitespace, or an empty text if it is not UTF-8.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text.trim()
    }

    /// Returns the text of this key if the body is a JSON object with it.
    #[must_use]
    pub fn json_text(&self, key: &str) -> Option<String> {
        let json = serde_json::from_str::<Value>(self.text).ok()?;
        json.get(key)?.as_str().map(str::to_owned)
    }

    /// Returns whether the body is a JSON object with this key.
    #[must_use]
    pub fn has_json_key(&self, key: &str) -> bool {
        serde_json::from_str::<Value>(self.text).is_ok_and(|json| json.get(key).is_some())
    }
}

impl fmt::Debug for ResponseView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseView")
            .field("status", &self.status())
            .field("content_type", &self.content_type())
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// Returns the media type without parameters if it consists only of usual characters.
fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let media_type = value.split(';').next()?.trim().to_ascii_lowercase();
    let ordinary = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'+' | b'-'))
    };
    let (kind, subtype) = media_type.split_once('/')?;
    let known = matches!(
        kind,
        "application" | "audio" | "font" | "image" | "message" | "multipart" | "text" | "video"
    );
    (known && ordinary(subtype) && media_type.len() <= 64).then_some(media_type)
}

/// Returns the start of a text, escaped.
#[doc(hidden)]
#[must_use]
pub fn excerpt(text: &str) -> String {
    let mut excerpt = String::new();
    let mut length = 0;
    for character in text.trim().chars() {
        let escaped = match character {
            '"' | '\'' => character.to_string(),
            _ if is_invisible(character) => character.escape_unicode().to_string(),
            _ => character.escape_debug().to_string(),
        };
        length += escaped.chars().count();
        if length > MAX_EXCERPT {
            excerpt.push('…');
            break;
        }
        excerpt.push_str(&escaped);
    }
    excerpt
}

/// Returns the message of a JSON error in any of the known forms.
fn error_message(json: &Value) -> Option<&str> {
    let keys = ["message", "errorString", "errorMessage", "error_message", "error", "detail"];
    let nested = json.get("error").filter(|error| error.is_object());
    nested
        .into_iter()
        .chain([json])
        .find_map(|json| keys.into_iter().find_map(|key| json.get(key)?.as_str()))
}

/// telecrm's JSON error envelope, `{"error":{"code":…,"message":…}}`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// The code, if it has the form of telecrm's codes; other text may repeat sent data.
    pub(crate) code: Option<String>,
    /// The message, escaped. Every error of telecrm has one, and it may repeat sent data.
    pub(crate) message: Option<String>,
}

impl Envelope {
    /// Reads the envelope of a body; `None` if the body is not an envelope.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        Self::of(&serde_json::from_slice(body).ok()?)
    }

    fn of(json: &Value) -> Option<Self> {
        let error = json.get("error")?;
        let code = error.get("code")?.as_str()?;
        let word = code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        let code = (word && !code.is_empty() && code.len() <= 64).then(|| code.to_owned());
        Some(Self { code, message: error.get("message").and_then(Value::as_str).map(excerpt) })
    }
}

/// Returns the code of a body's envelope.
#[doc(hidden)]
#[must_use]
pub fn envelope_code(body: &[u8]) -> Option<String> {
    Envelope::parse(body)?.code
}

/// Returns the value of `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3).
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
    // The server's clock is preferred, because this machine's clock may differ.
    let now = date(DATE).unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default())
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
    fn envelope_keeps_only_codes_in_the_form_of_telecrms_codes() {
        let parse = |body: &str| Envelope::parse(body.as_bytes());
        let envelope = |code: Option<&str>, message: Option<&str>| {
            Some(Envelope { code: code.map(str::to_owned), message: message.map(str::to_owned) })
        };
        let body = r#"{"error":{"code":"NOT_FOUND","message":"no 919999999999"}}"#;
        assert_eq!(parse(body), envelope(Some("NOT_FOUND"), Some("no 919999999999")));
        assert_eq!(parse(r#"{"error":{"code":"NOT_FOUND"}}"#), envelope(Some("NOT_FOUND"), None));
        let body = r#"{"error":{"code":"no 919999999999","message":""}}"#;
        assert_eq!(parse(body), envelope(None, Some("")));
        for body in
            ["", "{}", r#"{"error":"x"}"#, r#"{"error":{"code":404}}"#, r#"{"code":"NOT_FOUND"}"#]
        {
            assert_eq!(parse(body), None, "{body}");
        }
    }

    #[test]
    fn d34_summary_of_a_response_omits_its_content_and_the_excerpt_shows_it() {
        let received = |body: &str| Received {
            status: 200,
            content_type: Some("application/json".to_owned()),
            body: Some(body.into()),
        };
        let body = r#"{"status":"error","errorString":"no 919999999999"}"#;
        let summary = received(body).summary("it is not documented");
        assert_eq!(
            summary.to_string(),
            format!("200, application/json, {} bytes: it is not documented", body.len())
        );
        assert!(!format!("{summary:?}").contains("9199"));
        assert_eq!(summary.excerpt(), body);
        assert_eq!(summary.message(), Some("no 919999999999"));
        let nested = received(r#"{"error":{"code":"X","message":"inner"},"message":"outer"}"#);
        assert_eq!(nested.summary("").message(), Some("inner"));
        let excerpt = received("a\u{202e}b\n\u{1b}[31m").summary("").excerpt;
        assert_eq!(excerpt, r"a\u{202e}b\n\u{1b}[31m");
        assert_eq!(received(&"é".repeat(9_000)).summary("").excerpt.chars().count(), 501);
    }

    #[test]
    fn unusual_content_type_is_not_repeated() {
        let of = |value: &str| {
            content_type(&HeaderMap::from_iter([(CONTENT_TYPE, value.parse().unwrap())]))
        };
        assert_eq!(of("Text/HTML; charset=utf-8").as_deref(), Some("text/html"));
        assert_eq!(of("application/vnd.api+json").as_deref(), Some("application/vnd.api+json"));
        for odd in ["", "text", "jane/doe", "text/919999999999", "text/jane doe"] {
            assert_eq!(of(odd), None, "{odd}");
        }
    }
}
