//! What an answer says. Only a 200 with the documented JSON is one: a login page is 200, too.

use reqwest::Response;
use serde_json::Value;

use super::{Document, Error};
use crate::transport::{envelope_code, read, redirect, retry_after};

/// The longest answer that is read. A field takes some hundred bytes, an option less than one hundred.
const LIMIT: usize = 32 * 1024 * 1024;
/// telecrm's errors take some hundred bytes.
const ERROR_LIMIT: usize = 64 * 1024;

pub(super) async fn judge(
    response: Response,
    key: Option<&'static str>,
) -> Result<Document, Error> {
    let status = response.status().as_u16();
    match status {
        200 => {
            let body = read(response, LIMIT).await.map_err(Error::unread)?;
            documented(body, key)
                .map_err(|answer| Error::UnexpectedResponse { status, answer: answer.to_owned() })
        }
        300..=399 => Err(Error::UnexpectedResponse { status, answer: redirect(&response) }),
        401 => Err(Error::Unauthorized),
        429 => Err(Error::RateLimited { retry_after: retry_after(response.headers()) }),
        400..=499 => {
            // The status decides, so a body that cannot be read only costs its code.
            let body = read(response, ERROR_LIMIT).await.ok().flatten();
            let code = body.and_then(|body| envelope_code(&body));
            Err(match (status, code.as_deref()) {
                (404, Some("ENTERPRISE_NOT_FOUND")) => Error::EnterpriseNotFound,
                (404, _) => Error::NotFound { code },
                _ => Error::Rejected { status, code },
            })
        }
        500.. => Err(Error::Server { status, retry_after: retry_after(response.headers()) }),
        _ => Err(Error::UnexpectedResponse { status, answer: "telecrm answers 200".to_owned() }),
    }
}

/// The answer, or what it is instead.
fn documented(body: Option<Vec<u8>>, key: Option<&str>) -> Result<Document, &'static str> {
    let body = body.ok_or("it is longer than 32 MiB")?;
    let Ok(json) = serde_json::from_slice::<Value>(&body) else {
        return Err(match body.trim_ascii_start().first() {
            None => "it is empty",
            Some(b'<') => "it is a page of HTML",
            Some(_) => "it is no JSON, or only the start of it",
        });
    };
    let Value::Object(entries) = &json else {
        return Err("it is JSON, but no object");
    };
    // One thing alone is documented by no key that it must have.
    let fits = key.map_or(!entries.contains_key("error"), |key| entries.contains_key(key));
    if !fits {
        return Err("it is JSON, but without what was asked for");
    }
    let text = String::from_utf8(body).map_err(|_| "it is no UTF-8")?;
    Ok(Document::new(text, json))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d34_only_the_documented_object_is_an_answer() {
        let judge = |body: &str, key| documented(Some(body.into()), key).map(|it| it.to_string());
        let body = "{ \"customFields\": [] }\n";
        assert_eq!(judge(body, Some("customFields")).as_deref(), Ok(body), "to the byte");
        assert_eq!(judge(r#"{"apiName":"a"}"#, None).as_deref(), Ok(r#"{"apiName":"a"}"#));
        for (body, says) in [
            ("", "empty"),
            ("  ", "empty"),
            ("<html>", "HTML"),
            ("{\"customFields\":[{\"a", "only the start"),
            ("[]", "no object"),
            ("null", "no object"),
            ("{}", "without what"),
            (r#"{"error":{"code":"NOT_AUTHORIZED"}}"#, "without what"),
        ] {
            let answer = judge(body, Some("customFields")).expect_err(body);
            assert!(answer.contains(says), "{body}: {answer}");
        }
        assert!(judge(r#"{"error":{"code":"NOT_FOUND"}}"#, None).is_err());
        assert!(documented(None, None).is_err());
        // No input runs away with the stack.
        assert!(judge(&"[".repeat(1_000_000), None).is_err());
    }
}
