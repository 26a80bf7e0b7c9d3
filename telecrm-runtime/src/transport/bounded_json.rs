//! JSON of a response, counted before anything is built of it.

use serde_json::Value;

/// The most keys and values of one response; the schema reader has the same limit for a file.
const MAX_NODES: usize = 600_000;
/// telecrm's responses nest some ten levels deep.
const MAX_DEPTH: usize = 64;

/// Why a body is not JSON to work with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotParsed {
    /// It has more keys and values, or is nested deeper, than any response of telecrm.
    TooLarge,
    /// It is not JSON, or only the start of it.
    Syntax,
}

/// Parses a body. A small body can stand for a value many times its size: `[[],[],…]` takes 3 bytes
/// an array, and some hundred when it is built.
pub(crate) fn parse(body: &[u8]) -> Result<Value, NotParsed> {
    if is_too_large(body) {
        return Err(NotParsed::TooLarge);
    }
    serde_json::from_slice(body).map_err(|_| NotParsed::Syntax)
}

/// Counts by punctuation outside of strings, whatever the rest is.
fn is_too_large(body: &[u8]) -> bool {
    let (mut nodes, mut depth) = (1_usize, 0_usize);
    let mut bytes = body.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => {
                // To the end of the string; what a backslash escapes does not end it.
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
    fn what_is_larger_than_any_response_is_not_built() {
        for body in [
            format!("[{}[]]", "[],".repeat(8_000_000)),
            format!("{{\"a\":{}1", "[".repeat(100)),
            format!("[{}1]", "1,".repeat(700_000)),
        ] {
            assert_eq!(parse(body.as_bytes()), Err(NotParsed::TooLarge));
        }
    }

    #[test]
    fn text_counts_for_nothing() {
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
            (0..100_000).map(|it| format!("{{\"id\":\"o{it}\",\"label\":\"l{it}\"}}")).collect();
        let body = format!("{{\"options\":[{}]}}", options.join(","));
        assert!(parse(body.as_bytes()).is_ok());
    }
}
