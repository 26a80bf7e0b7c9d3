//! The successes of the Sync API: only a 200 with the documented JSON, since a login page is 200, too.

use serde_json::Value;

use super::document::Document;
use crate::error::{Error, ResponseSummary};
use crate::transport::{Expected, NotParsed, Received, parse};

/// A JSON object that has this key; without a key, any that does not report an error.
pub(super) struct Documented {
    pub(super) key: Option<&'static str>,
}

impl Expected for Documented {
    type Success = Document;

    /// A field takes some hundred bytes, an option less than one hundred.
    const MAX_BODY: usize = 32 * 1024 * 1024;

    fn read(&self, received: &mut Received) -> Result<Document, String> {
        if received.status != 200 {
            return Err("telecrm answers 200".to_owned());
        }
        documented(received.body.as_deref(), self.key).map_err(str::to_owned)
    }

    fn unexpected(response: ResponseSummary) -> Error {
        Error::UnexpectedResponse { response }
    }
}

/// Reads the document, or returns what the body is instead.
#[doc(hidden)]
pub fn documented(body: Option<&[u8]>, key: Option<&str>) -> Result<Document, &'static str> {
    let body = body.ok_or("it is longer than 32 MiB, larger than a schema can be")?;
    let json = parse(body).map_err(|error| match (error, body.trim_ascii_start().first()) {
        (NotParsed::TooLarge, _) if key == Some("data") => {
            "it is larger than a page of leads can be"
        }
        (NotParsed::TooLarge, _) => "it is larger than a schema can be",
        (NotParsed::Syntax, None) => "it is empty",
        (NotParsed::Syntax, Some(b'<')) => "it is a page of HTML",
        (NotParsed::Syntax, Some(_)) => "it is not JSON, or only the start of it",
    })?;
    let Value::Object(entries) = &json else {
        return Err("it is JSON, but not an object");
    };
    // One thing alone is documented by no key that it must have.
    let fits = key.map_or(!entries.contains_key("error"), |key| entries.contains_key(key));
    if !fits {
        return Err("it is JSON, but without the requested section");
    }
    let text = std::str::from_utf8(body).map_err(|_| "it is not UTF-8")?;
    Ok(Document::new(text.to_owned(), json))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d34_only_the_documented_object_is_an_answer() {
        let parse =
            |body: &str, key| documented(Some(body.as_bytes()), key).map(|it| it.to_string());
        let body = "{ \"customFields\": [] }\n";
        assert_eq!(parse(body, Some("customFields")).as_deref(), Ok(body), "byte for byte");
        assert_eq!(parse(r#"{"apiName":"a"}"#, None).as_deref(), Ok(r#"{"apiName":"a"}"#));
        for (body, says) in [
            ("", "empty"),
            ("  ", "empty"),
            ("<html>", "HTML"),
            ("{\"customFields\":[{\"a", "only the start"),
            ("[]", "not an object"),
            ("null", "not an object"),
            ("{}", "without the requested"),
            (r#"{"error":{"code":"NOT_AUTHORIZED"}}"#, "without the requested"),
        ] {
            let answer = parse(body, Some("customFields")).expect_err(body);
            assert!(answer.contains(says), "{body}: {answer}");
        }
        assert!(parse(r#"{"error":{"code":"NOT_FOUND"}}"#, None).is_err());
        assert!(documented(None, None).is_err());
        // No input exhausts the stack.
        assert!(parse(&"[".repeat(1_000_000), None).is_err());
        let many = format!("[{}1]", "[],".repeat(1_000_000));
        assert!(parse(&many, None).is_err_and(|it| it.contains("larger than a schema can be")));
    }
}
