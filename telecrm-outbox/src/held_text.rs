//! Search for an identifier in the bytes of held leads.

/// An identifier in any notation.
pub(crate) enum Identifier {
    /// The digits of a phone, without leading zeros.
    Phone(String),
    /// In lower case.
    Text(String),
}

/// Fewer digits are an amount or a date as often as a phone.
const MIN_DIGITS: usize = 7;
/// Maximum number of digits of a phone.
const MAX_DIGITS: usize = 18;
/// More separators between two digits end a phone.
const MAX_SEPARATORS: usize = 3;

fn is_separator(letter: char) -> bool {
    matches!(letter, ' ' | '-' | '(' | ')' | '.' | '+' | '/' | '\t' | '\u{a0}' | '\u{2011}')
}

impl Identifier {
    pub(crate) fn of(text: &str) -> Self {
        let text = text.trim();
        let is_phone = text.chars().all(|letter| letter.is_ascii_digit() || is_separator(letter))
            && text.chars().any(|letter| letter.is_ascii_digit());
        if !is_phone {
            return Self::Text(text.to_lowercase());
        }
        let digits: String = text.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
        Self::Phone(digits.trim_start_matches('0').to_owned())
    }

    /// The key of the lead that it identifies.
    pub(crate) fn into_lead_key(self) -> String {
        match self {
            Self::Phone(text) | Self::Text(text) => text,
        }
    }

    /// Whether the bytes contain the identifier. A phone is found with and without separators, and
    /// with and without its country code.
    pub(crate) fn is_in(&self, body: &[u8]) -> bool {
        let body = String::from_utf8_lossy(body);
        self.is_in_text(&body) || body.contains('%') && self.is_in_text(&decoded(&body))
    }

    fn is_in_text(&self, body: &str) -> bool {
        match self {
            Self::Phone(digits) => digits.len() >= MIN_DIGITS && contains_phone(body, digits),
            Self::Text(text) => !text.is_empty() && contains_word(&body.to_lowercase(), text),
        }
    }
}

/// The text of a form's body: `%2B91+98765` is `+91 98765`.
fn decoded(body: &str) -> String {
    let bytes = body.replace('+', " ").into_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'%');
        let byte = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        decoded.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Whether some consecutive groups of digits are the phone.
fn contains_phone(body: &str, phone: &str) -> bool {
    let mut groups: Vec<String> = Vec::new();
    let mut separators = 0;
    // The last letter ends the last groups.
    for letter in body.chars().chain(['\n']) {
        if letter.is_ascii_digit() {
            match groups.last_mut().filter(|_| separators == 0) {
                Some(group) => group.push(letter),
                None => groups.push(letter.to_string()),
            }
            separators = 0;
        } else if is_separator(letter) && separators < MAX_SEPARATORS {
            separators += 1;
        } else {
            if is_phone(&groups, phone) {
                return true;
            }
            groups.clear();
            separators = 0;
        }
    }
    false
}

fn is_phone(groups: &[String], phone: &str) -> bool {
    (0..groups.len()).any(|first| {
        let mut digits = String::new();
        groups[first..].iter().any(|group| {
            digits.push_str(group);
            digits.len() <= MAX_DIGITS && is_same_phone(digits.trim_start_matches('0'), phone)
        })
    })
}

/// Like the identifiers of entries: equal, or one of them has a country code.
fn is_same_phone(digits: &str, phone: &str) -> bool {
    digits.len() >= MIN_DIGITS
        && digits.len().abs_diff(phone.len()) <= 3
        && (digits.ends_with(phone) || phone.ends_with(digits))
}

/// Whether the text is there, and not only as a part of a longer one.
fn contains_word(body: &str, text: &str) -> bool {
    body.match_indices(text).any(|(start, _)| {
        let before = body[..start].chars().next_back();
        let mut after = body[start + text.len()..].chars();
        let is_joined = |letter: char| letter.is_alphanumeric();
        let is_begun = before.is_none_or(|letter| !is_joined(letter) && !"._+-".contains(letter));
        let is_ended = match after.next() {
            Some('.' | '-' | '@') => after.next().is_none_or(|letter| !is_joined(letter)),
            next => next.is_none_or(|letter| !is_joined(letter)),
        };
        is_begun && is_ended
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_in(identifier: &str, body: &str) -> bool {
        Identifier::of(identifier).is_in(body.as_bytes())
    }

    #[test]
    fn a_phone_is_found_in_any_notation() {
        let identifiers = ["+91 98765-01234", "09876501234", "(0091) 98765 01234", "9876501234"];
        let bodies = [
            r#"{"phone":"98765-01234"}"#,
            r#"{"phone":919876501234}"#,
            "tel:+91 98765 01234, since 2024",
            "2024 98765 01234",
            "phone=%2B91+98765+01234&name=a",
            "phone=98765%2001234",
            "0 98765 01234",
        ];
        for identifier in identifiers {
            for body in bodies {
                assert!(is_in(identifier, body), "{identifier} in {body}");
            }
        }
    }

    #[test]
    fn a_stranger_is_not_found() {
        for body in [
            "7876501234",
            "449976501234",
            "98765012345",
            "98765,01234",
            "98765     01234",
            "1234",
            "9876501234567890123",
            "",
        ] {
            assert!(!is_in("919876501234", body), "{body}");
        }
        assert!(!is_in("2024", "since 2024"), "too short to be a phone");
    }

    #[test]
    fn an_email_address_is_found_in_any_case_and_encoding() {
        for body in [
            "Asha@Example.com",
            "mail: asha@example.com.",
            "m=asha%40example.com&x=1",
            "<asha@example.com>",
        ] {
            assert!(is_in(" asha@example.COM ", body), "{body}");
        }
        for body in [
            "natasha@example.com",
            "b.asha@example.com",
            "asha@example.com.in",
            "asha@example.community",
        ] {
            assert!(!is_in("asha@example.com", body), "{body}");
        }
        assert!(!is_in(" ", "a b"));
    }

    #[test]
    fn any_bytes_are_searched() {
        let body = b"\xff\x00 98765 01234 \xf0%zz%2";
        assert!(Identifier::of("9876501234").is_in(body));
    }
}
