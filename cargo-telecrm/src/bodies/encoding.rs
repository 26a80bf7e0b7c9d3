//! Encodings that are not UTF-8: the probable reason why bytes are not JSON.

use std::fmt;

/// An encoding that JSON is not written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf16LittleEndian,
    Utf16BigEndian,
    /// One byte per character: Latin-1, Windows-1252 and similar encodings.
    OneByte,
}

impl Encoding {
    /// Returns the probable encoding of bytes that are not JSON, or `None` for UTF-8.
    ///
    /// JSON contains no NUL bytes. ASCII text in UTF-16 contains one in each character.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xfe, ..] => return Some(Self::Utf16LittleEndian),
            [0xfe, 0xff, ..] => return Some(Self::Utf16BigEndian),
            _ => {}
        }
        let nuls =
            |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd) = (nuls(0), nuls(1));
        if bytes.len() >= 2 && (even + odd) * 4 >= bytes.len() && even != odd {
            return Some(if even > odd { Self::Utf16BigEndian } else { Self::Utf16LittleEndian });
        }
        std::str::from_utf8(bytes).is_err().then_some(Self::OneByte)
    }

    pub(super) fn is_utf16(self) -> bool {
        matches!(self, Self::Utf16LittleEndian | Self::Utf16BigEndian)
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf16LittleEndian => "UTF-16 (little-endian)",
            Self::Utf16BigEndian => "UTF-16 (big-endian)",
            Self::OneByte => {
                "an encoding of one byte per character, such as Latin-1 or Windows-1252"
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn encodings_are_distinguished_with_and_without_a_mark() {
        for text in ["{\"fields\":{\"phone\":\"919999999999\"}}", "{}", "{\"a\":\"Zoë हाँ\"}"]
        {
            for marked in [text.to_owned(), format!("\u{feff}{text}")] {
                let little = utf16(&marked, u16::to_le_bytes);
                assert_eq!(Encoding::of(&little), Some(Encoding::Utf16LittleEndian), "{marked}");
                let big = utf16(&marked, u16::to_be_bytes);
                assert_eq!(Encoding::of(&big), Some(Encoding::Utf16BigEndian), "{marked}");
                assert_eq!(Encoding::of(marked.as_bytes()), None, "{marked}");
            }
        }
        assert_eq!(Encoding::of(b"{\"name\":\"Zo\xeb\"}"), Some(Encoding::OneByte));
        for utf8 in [&b""[..], b"x", b"\0", b"{\"a\":\"\0\"}", "हाँ".as_bytes()] {
            assert_eq!(Encoding::of(utf8), None, "{utf8:?}");
        }
    }
}
