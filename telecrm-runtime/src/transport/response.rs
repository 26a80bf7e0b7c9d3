//! Received responses: bounded bodies, and what of them may be shown.

use std::fmt;
use std::time::{Duration, SystemTime};

use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use serde_json::Value;

use super::bounded_json::parse;

/// The most characters of an excerpt.
const MAX_EXCERPT: usize = 500;

/// A response that was read, up to a limit.
pub(crate) struct Received {
    pub(crate) status: u16,
    content_type: Option<String>,
    /// `None` where it is longer than the limit.
    pub(crate) body: Option<Vec<u8>>,
}

impl Received {
    /// Reads a response of at most `limit` bytes.
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

    /// A response whose body is not read.
    pub(crate) fn head(response: &Response) -> Self {
        let status = response.status().as_u16();
        Self { status, content_type: content_type(response.headers()), body: None }
    }

    /// A summary that may be shown; `rule` says what is wrong with the response.
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

/// Where a response redirects to, by host alone: the rest may hold anything.
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

/// A response that telecrm does not document, from [`Error::response`](crate::Error::response).
///
/// `Display` and `Debug` show status, content type and length; what it says is in
/// [`excerpt`](Self::excerpt), since it may repeat personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseSummary {
    status: u16,
    content_type: Option<String>,
    length: Option<usize>,
    rule: String,
    excerpt: String,
    message: Option<String>,
    has_envelope: bool,
}

impl ResponseSummary {
    /// JSON of the right kind with something missing.
    #[cfg(feature = "sync")]
    pub(crate) fn incomplete(rule: &str) -> Self {
        Self {
            status: 200,
            content_type: None,
            length: None,
            rule: rule.to_owned(),
            excerpt: String::new(),
            message: None,
            has_envelope: false,
        }
    }

    /// Whether the body is telecrm's error envelope.
    pub(crate) fn has_envelope(&self) -> bool {
        self.has_envelope
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The media type, such as `text/html`, where it is an ordinary one.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The length of the body in bytes; `None` where it is beyond what the client reads.
    #[must_use]
    pub fn length(&self) -> Option<usize> {
        self.length
    }

    /// The start of the body: at most 500 characters, with control and invisible characters escaped.
    /// **It may repeat personal data**: show it to an operator, and keep it out of logs.
    #[must_use]
    pub fn excerpt(&self) -> &str {
        &self.excerpt
    }

    /// The message of a JSON error (`error.message`, `errorString`, `message` …), bounded and escaped
    /// as the excerpt. **It may repeat personal data.**
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

impl fmt::Display for ResponseSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if let Some(content_type) = &self.content_type {
            write!(f, ", {content_type}")?;
        }
        if let Some(length) = self.length {
            write!(f, ", {length} bytes")?;
        }
        write!(f, ": {}", self.rule)
    }
}

impl fmt::Debug for ResponseSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResponseSummary({self})")
    }
}

/// A success that is not `{"status":"QUEUED"}`, for
/// [`ClientBuilder::accept_response`](crate::ClientBuilder::accept_response).
#[derive(Clone, Copy)]
pub struct ResponseView<'a> {
    response: &'a Received,
    text: &'a str,
}

impl<'a> ResponseView<'a> {
    /// The HTTP status, 200 to 299.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.response.status
    }

    /// The media type, such as `text/plain`.
    #[must_use]
    pub fn content_type(&self) -> Option<&'a str> {
        self.response.content_type.as_deref()
    }

    /// The body without surrounding whitespace; empty where it is not UTF-8.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text.trim()
    }

    /// The text under this key, where the body is a JSON object that has it.
    #[must_use]
    pub fn json_text(&self, key: &str) -> Option<String> {
        let json = serde_json::from_str::<Value>(self.text).ok()?;
        json.get(key)?.as_str().map(str::to_owned)
    }

    /// Whether the body is a JSON object with this key.
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

/// The media type, without parameters. Anything but letters and a few signs may be more than a type.
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

/// The start of a text, escaped.
pub(crate) fn excerpt(text: &str) -> String {
    let mut excerpt = String::new();
    let mut length = 0;
    for character in text.trim().chars() {
        let escaped = if matches!(character, '"' | '\'') {
            character.to_string()
        } else {
            character.escape_debug().to_string()
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

/// The message of a JSON error, in any of the forms that are seen.
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
    /// The code, if it has the form of telecrm's codes: any other text may repeat what was sent.
    pub(crate) code: Option<String>,
    /// Whether it has a message, as every error of telecrm does.
    pub(crate) has_message: bool,
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
        Some(Self { code, has_message: error.get("message").is_some_and(Value::is_string) })
    }
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

/// A code behind a status: `, NOT_FOUND`.
pub(crate) fn code_in_brackets(code: Option<&str>) -> String {
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
    fn an_envelope_has_a_code_which_is_kept_only_in_the_form_of_telecrms_codes() {
        let parse = |body: &str| Envelope::parse(body.as_bytes());
        let envelope = |code: Option<&str>, has_message| {
            Some(Envelope { code: code.map(str::to_owned), has_message })
        };
        let body = r#"{"error":{"code":"NOT_FOUND","message":"no 919999999999"}}"#;
        assert_eq!(parse(body), envelope(Some("NOT_FOUND"), true));
        assert_eq!(parse(r#"{"error":{"code":"NOT_FOUND"}}"#), envelope(Some("NOT_FOUND"), false));
        let body = r#"{"error":{"code":"no 919999999999","message":""}}"#;
        assert_eq!(parse(body), envelope(None, true));
        for body in
            ["", "{}", r#"{"error":"x"}"#, r#"{"error":{"code":404}}"#, r#"{"code":"NOT_FOUND"}"#]
        {
            assert_eq!(parse(body), None, "{body}");
        }
    }

    #[test]
    fn d34_a_response_is_summarised_without_and_excerpted_with_what_it_says() {
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
    fn an_odd_content_type_is_not_repeated() {
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
