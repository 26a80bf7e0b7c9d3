//! Success of the Async API: `200 {"status":"QUEUED"}`.

use std::borrow::Cow;
use std::fmt;

use serde_core::de::{IgnoredAny, MapAccess, Visitor};
use serde_core::{Deserialize, Deserializer};
use serde_json::Value;

use super::Accept;
use crate::error::{Error, ResponseSummary};
use crate::transport::{Expected, Received};

/// Responses that `send` accepts.
pub(super) struct Queued<'a> {
    pub(super) accept: Option<&'a Accept>,
}

impl Expected for Queued<'_> {
    type Success = ();

    /// telecrm's responses have a few hundred bytes.
    const MAX_BODY: usize = 64 * 1024;

    fn read(&self, received: &mut Received) -> Result<(), String> {
        let rule = match not_queued(received.body.as_deref()) {
            None if received.status == 200 => return Ok(()),
            None => NotQueued { rule: "its status is not 200", failed: false },
            Some(rule) => rule,
        };
        let accepted = |accept: &Accept| accept(&received.view());
        if !rule.failed && self.accept.is_some_and(accepted) {
            return Ok(());
        }
        Err(rule.rule.to_owned())
    }

    fn unexpected(response: ResponseSummary) -> Error {
        Error::NotQueued { response }
    }
}

/// Returns the rule that a body of at most 64 KiB breaks, or `None` for a success.
#[doc(hidden)]
#[must_use]
pub fn broken_rule(body: &[u8]) -> Option<&'static str> {
    not_queued(Some(body)).map(|refused| refused.rule)
}

/// A body that does not confirm `QUEUED`.
struct NotQueued {
    rule: &'static str,
    /// Whether the body itself reports an error.
    failed: bool,
}

fn not_queued(body: Option<&[u8]>) -> Option<NotQueued> {
    let other = |rule| Some(NotQueued { rule, failed: false });
    let Some(body) = body else {
        return Some(NotQueued { rule: "it is longer than 64 KiB", failed: true });
    };
    // The form that telecrm nearly always sends.
    if body == br#"{"status":"QUEUED"}"# {
        return None;
    }
    match serde_json::from_slice::<Envelope>(body) {
        Ok(envelope) if envelope.failed => {
            Some(NotQueued { rule: "it is JSON that reports an error", failed: true })
        }
        Ok(Envelope { statuses: 2.., .. }) => other("its key `status` appears twice"),
        Ok(Envelope { queued: true, .. }) => None,
        Ok(_) => other("it is JSON, but does not confirm that the lead is queued"),
        Err(_) if serde_json::from_slice::<IgnoredAny>(body).is_ok() => {
            other("it is JSON, but does not confirm that the lead is queued")
        }
        Err(_) => other(match body.trim_ascii_start().first() {
            None => "it is empty",
            Some(b'<') => "it is an HTML page",
            Some(_) => "it is not JSON",
        }),
    }
}

/// The relevant members of a JSON object; a map would keep only the last of two equal keys.
#[derive(Default)]
struct Envelope {
    statuses: u32,
    queued: bool,
    failed: bool,
}

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EnvelopeVisitor)
    }
}

struct EnvelopeVisitor;

impl<'de> Visitor<'de> for EnvelopeVisitor {
    type Value = Envelope;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope, A::Error> {
        let mut envelope = Envelope::default();
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            // Failure is recognised in any spelling, success only in the exact one.
            let exact = key == "status";
            let key = key.to_ascii_lowercase();
            if key == "status" {
                let status = map.next_value::<Value>()?;
                envelope.statuses += 1;
                envelope.queued = exact && status == "QUEUED";
                envelope.failed |= status.as_str().is_some_and(is_failure);
            } else if key.starts_with("error") {
                envelope.failed |= reports_error(&map.next_value()?);
            } else if matches!(key.as_str(), "success" | "ok") {
                envelope.failed |= reports_failure(&map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(envelope)
    }
}

fn is_failure(status: &str) -> bool {
    ["error", "fail", "failed", "failure"].iter().any(|word| status.eq_ignore_ascii_case(word))
}

/// Whether the value of an `error` key reports an error: not empty, zero or `false`.
fn reports_error(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(entries) => !entries.is_empty(),
    }
}

/// Whether the value of a `success` key reports a failure.
fn reports_failure(value: &Value) -> bool {
    match value {
        Value::Bool(success) => !success,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.eq_ignore_ascii_case("false"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(body: &str) -> Option<&'static str> {
        not_queued(Some(body.as_bytes())).map(|not_queued| not_queued.rule)
    }

    #[test]
    fn d34_only_a_json_object_whose_status_is_queued_is_success() {
        for body in [
            r#"{"status":"QUEUED"}"#,
            r#" {"id":1,"status":"QUEUED"} "#,
            r#"{"status":"QUEUED","error":null,"errors":[],"success":true}"#,
        ] {
            assert_eq!(rule(body), None, "{body}");
        }
        for body in [
            "",
            "  ",
            "QUEUED",
            "\"QUEUED\"",
            "[\"QUEUED\"]",
            "{}",
            r#"{"status":"queued"}"#,
            r#"{"Status":"QUEUED"}"#,
            r#"{"STATUS":"QUEUED"}"#,
            r#"{"status":["QUEUED"]}"#,
            r#"{"data":{"status":"QUEUED"}}"#,
            r#"{"status":"QUEUED"}x"#,
            "<html>QUEUED</html>",
            "null",
            "\u{0}",
        ] {
            assert!(rule(body).is_some(), "{body}");
        }
        assert!(not_queued(None).is_some());
        // No input exhausts the stack.
        assert!(rule(&"[".repeat(60_000)).is_some());
    }

    #[test]
    fn d34_queued_with_an_error_is_not_success_and_never_accepted() {
        for body in [
            r#"{"status":"QUEUED","error":{"code":"X","message":"y"}}"#,
            r#"{"error":{},"errors":["no"],"status":"QUEUED"}"#,
            r#"{"status":"QUEUED","success":false}"#,
            r#"{"success":"false","status":"QUEUED"}"#,
            r#"{"status":"QUEUED","errorString":"no"}"#,
            r#"{"status":"error","errorString":"no"}"#,
        ] {
            let not_queued = not_queued(Some(body.as_bytes())).expect(body);
            assert!(not_queued.failed && not_queued.rule.contains("reports an error"), "{body}");
        }
        for body in [
            r#"{"status":"QUEUED","status":"QUEUED"}"#,
            r#"{"status":"REFUSED","status":"QUEUED"}"#,
            r#"{"status":"QUEUED","\u0073tatus":"REFUSED"}"#,
            r#"{"Status":"REFUSED","status":"QUEUED"}"#,
        ] {
            assert_eq!(rule(body), Some("its key `status` appears twice"), "{body}");
        }
    }
}
