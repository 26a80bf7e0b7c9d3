//! Successes of the Sync API: a 200 with the documented JSON.
//!
//! Other content with status 200 can be a login page.

use serde_json::Value;

use super::document::Document;
use crate::error::{Error, ResponseSummary};
use crate::transport::{Expected, NotParsed, Received, parse};

/// JSON object with one of these keys; without keys, any object that does not report an error.
pub(super) struct Documented {
    pub(super) keys: &'static [&'static str],
    /// Whether the request may create a lead, which has the status 201.
    pub(super) creates: bool,
}

impl Expected for Documented {
    type Success = Document;

    /// A field takes a few hundred bytes, an option less than one hundred.
    const MAX_BODY: usize = 32 * 1024 * 1024;

    fn read(&self, received: &mut Received) -> Result<Document, String> {
        match received.status {
            200 => {}
            201 if self.creates => {}
            _ => return Err("its status is not the documented one".to_owned()),
        }
        documented(received.body.as_deref(), self.keys).map_err(str::to_owned)
    }

    fn unexpected(response: ResponseSummary) -> Error {
        Error::UnexpectedResponse { response }
    }
}

/// Reads the document, or returns the rule that the body breaks.
#[doc(hidden)]
pub fn documented(body: Option<&[u8]>, keys: &[&str]) -> Result<Document, &'static str> {
    let body = body.ok_or("it is longer than 32 MiB, larger than a schema can be")?;
    let json = parse(body).map_err(|error| match (error, body.trim_ascii_start().first()) {
        (NotParsed::TooLarge, _) if keys == ["data"] => "it is larger than a page of leads can be",
        (NotParsed::TooLarge, _) => "it is larger than a schema can be",
        (NotParsed::Syntax, None) => "it is empty",
        (NotParsed::Syntax, Some(b'<')) => "it is an HTML page",
        (NotParsed::Syntax, Some(_)) => "it is not JSON, or is incomplete JSON",
    })?;
    let Value::Object(entries) = &json else {
        return Err("it is JSON, but not an object");
    };
    // A single item has no documented key.
    let fits = match keys {
        [] => !entries.contains_key("error"),
        keys => keys.iter().any(|key| entries.contains_key(*key)),
    };
    if !fits {
        return Err("it is JSON, but does not contain the requested section");
    }
    let text = std::str::from_utf8(body).map_err(|_| "it is not UTF-8")?;
    Ok(Document::new(text.to_owned(), json))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d34_only_the_documented_object_is_accepted() {
        let parse = |body: &str, keys: &[&str]| {
            documented(Some(body.as_bytes()), keys).map(|document| document.to_string())
        };
        let body = "{ \"customFields\": [] }\n";
        assert_eq!(parse(body, &["customFields"]).as_deref(), Ok(body), "byte for byte");
        assert_eq!(parse(r#"{"apiName":"a"}"#, &[]).as_deref(), Ok(r#"{"apiName":"a"}"#));
        for (body, rule) in [
            ("", "empty"),
            ("  ", "empty"),
            ("<html>", "HTML"),
            ("{\"customFields\":[{\"a", "incomplete JSON"),
            ("[]", "not an object"),
            ("null", "not an object"),
            ("{}", "does not contain the requested"),
            (r#"{"error":{"code":"NOT_AUTHORIZED"}}"#, "does not contain the requested"),
        ] {
            let message = parse(body, &["customFields"]).expect_err(body);
            assert!(message.contains(rule), "{body}: {message}");
        }
        assert!(parse(r#"{"error":{"code":"NOT_FOUND"}}"#, &[]).is_err());
        assert!(documented(None, &[]).is_err());
        // No input exhausts the stack.
        assert!(parse(&"[".repeat(1_000_000), &[]).is_err());
        let large = format!("[{}1]", "[],".repeat(1_000_000));
        assert!(parse(&large, &[]).is_err_and(|rule| rule.contains("larger than a schema can be")));
    }
}
