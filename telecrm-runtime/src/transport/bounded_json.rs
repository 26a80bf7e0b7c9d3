//! JSON of a response, with limits on its size that are checked before parsing.

use serde_json::Value;

/// Maximum number of keys and values in a response; the schema reader has the same limit.
const MAX_NODES: usize = 600_000;
/// Maximum nesting depth; telecrm's responses have about ten levels.
const MAX_DEPTH: usize = 64;

/// Reason why a body was not parsed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotParsed {
    /// The body has more keys and values, or is nested deeper, than any response of telecrm.
    TooLarge,
    /// The body is not JSON, or is incomplete JSON.
    Syntax,
}

/// Parses a body within the limits.
///
/// A small body can contain a value of many times its size: in `[[],[],…]` an array takes 3 bytes
/// of text, and about a hundred bytes of memory.
pub(crate) fn parse(body: &[u8]) -> Result<Value, NotParsed> {
    if is_too_large(body) {
        return Err(NotParsed::TooLarge);
    }
    serde_json::from_slice(body).map_err(|_| NotParsed::Syntax)
}

/// Counts punctuation outside strings, even if the rest is not valid JSON.
fn is_too_large(body: &[u8]) -> bool {
    let (mut nodes, mut depth) = (1_usize, 0_usize);
    let mut bytes = body.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => {
                // Skip to the end of the string; an escaped character does not end it.
                while let Some(byte) = bytes.next() {
                    match byte {
                        b'"' => break,
                        b'\\' => {
                            bytes.next();
                        }
                        _ => {}
                    }
                }
            }
            b'[' | b'{' => {
                nodes += 1;
                depth += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' | b':' => nodes += 1,
            _ => {}
        }
        if nodes > MAX_NODES || depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_larger_than_any_response_is_not_parsed() {
        for body in [
            format!("[{}[]]", "[],".repeat(8_000_000)),
            format!("{{\"a\":{}1", "[".repeat(100)),
            format!("[{}1]", "1,".repeat(700_000)),
        ] {
            assert_eq!(parse(body.as_bytes()), Err(NotParsed::TooLarge));
        }
    }

    #[test]
    fn punctuation_inside_strings_is_not_counted() {
        let text = r#"["\"[[[,,,:::\\"]"#.to_owned() + &" ".repeat(10);
        assert!(parse(text.as_bytes()).is_ok());
        let long = format!("[\"{}\"]", "[,:\\\"".repeat(700_000));
        assert!(parse(long.as_bytes()).is_ok());
        let deep = format!("{}{}", "[".repeat(64), "]".repeat(64));
        assert!(parse(deep.as_bytes()).is_ok());
        assert_eq!(parse(b"[1"), Err(NotParsed::Syntax));
        assert_eq!(parse(b"\"\\"), Err(NotParsed::Syntax));
    }

    #[test]
    fn a_hundred_thousand_options_are_read() {
        let options: Vec<String> =
            (0..100_000).map(|id| format!("{{\"id\":\"o{id}\",\"label\":\"l{id}\"}}")).collect();
        let body = format!("{{\"options\":[{}]}}", options.join(","));
        assert!(parse(body.as_bytes()).is_ok());
    }
}
