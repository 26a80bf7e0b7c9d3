//! Redaction of secrets in bodies before they are held.

use std::borrow::Cow;

/// The member with the secret that Google's lead forms send.
const SECRET: &[u8] = b"\"google_key\"";

/// Replaces the value of each member `google_key`. All other bytes are kept, valid JSON or not.
#[must_use]
pub fn redact(body: &[u8]) -> Cow<'_, [u8]> {
    let mut redacted = Vec::new();
    let mut rest = body;
    while let Some(start) = rest.windows(SECRET.len()).position(|window| window == SECRET) {
        let (before, after) = rest.split_at(start + SECRET.len());
        redacted.extend_from_slice(before);
        // The key that the endpoint accepts is a string.
        let value = after.trim_ascii_start().strip_prefix(b":").map(<[u8]>::trim_ascii_start);
        rest = match value.and_then(|value| value.strip_prefix(b"\"")) {
            Some(string) => {
                redacted.extend_from_slice(b":\"redacted\"");
                &string[string_length(string)..]
            }
            None => after,
        };
    }
    if redacted.is_empty() {
        return Cow::Borrowed(body);
    }
    redacted.extend_from_slice(rest);
    Cow::Owned(redacted)
}

/// The number of bytes up to the end of a string, including its quotation mark.
fn string_length(string: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = string.iter().position(|byte| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(string.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_is_replaced() {
        for (body, held) in [
            (r#"{"google_key": "s3cret", "x":1}"#, r#"{"google_key":"redacted", "x":1}"#),
            (r#"{"google_key" :"a\"s3cret"}"#, r#"{"google_key":"redacted"}"#),
            (
                r#"[{"google_key":"s3cret"},{"google_key":[5]}]"#,
                r#"[{"google_key":"redacted"},{"google_key":[5]}]"#,
            ),
            (r#"{"google_key":"s3cret"#, r#"{"google_key":"redacted""#),
            (r#"{"name":"google_key"}"#, r#"{"name":"google_key"}"#),
            ("\u{0}", "\u{0}"),
        ] {
            assert_eq!(String::from_utf8_lossy(&redact(body.as_bytes())), held);
        }
    }
}
