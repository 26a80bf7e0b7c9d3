//! Encoding of a file: decided for the whole file, before its rows are read.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The character that replaces bytes that are not valid in the file's encoding.
pub(crate) const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Length of the text that is searched for UTF-16 without a byte order mark, in bytes.
const SAMPLE: usize = 4000;

/// Detects the encoding from all bytes of a file, in chunks.
///
/// A file with a valid multi-byte UTF-8 character is UTF-8: in Windows-1252, a mixed-up file would turn
/// every such character into several wrong ones. Without one, an invalid byte makes the file Windows-1252.
#[derive(Default)]
pub(crate) struct Detector {
    sample: Vec<u8>,
    /// The start of a character that the next chunk may complete.
    rest: Vec<u8>,
    has_multi_byte: bool,
    has_invalid: bool,
}

impl Detector {
    pub(crate) fn feed(&mut self, chunk: &[u8]) {
        let missing = SAMPLE.saturating_sub(self.sample.len());
        self.sample.extend(chunk.iter().take(missing));
        if self.has_multi_byte || (self.rest.is_empty() && chunk.is_ascii()) {
            return;
        }
        self.rest.extend_from_slice(chunk);
        let bytes = std::mem::take(&mut self.rest);
        let mut from = 0;
        loop {
            match std::str::from_utf8(&bytes[from..]) {
                Ok(text) => {
                    self.has_multi_byte |= !text.is_ascii();
                    return;
                }
                Err(error) => {
                    let valid = from + error.valid_up_to();
                    self.has_multi_byte |= !bytes[from..valid].is_ascii();
                    let Some(length) = error.error_len() else {
                        self.rest = bytes[valid..].to_vec();
                        return;
                    };
                    self.has_invalid = true;
                    from = valid + length;
                }
            }
        }
    }

    pub(crate) fn encoding(&self) -> &'static Encoding {
        if let Some((encoding, _)) = Encoding::for_bom(&self.sample) {
            return encoding;
        }
        utf16_without_mark(&self.sample).unwrap_or({
            let is_utf8 = self.has_multi_byte || (!self.has_invalid && self.rest.is_empty());
            if is_utf8 { UTF_8 } else { WINDOWS_1252 }
        })
    }
}

/// Detects UTF-16 without a byte order mark: every second byte of ASCII text is 0.
fn utf16_without_mark(sample: &[u8]) -> Option<&'static Encoding> {
    let pairs = sample.len() / 2;
    let zeros =
        |odd: usize| sample.chunks_exact(2).filter(|pair| pair.get(odd) == Some(&0)).count();
    let threshold = pairs * 7 / 10;
    match (pairs > 0, zeros(0) > threshold, zeros(1) > threshold) {
        (true, true, false) => Some(UTF_16BE),
        (true, false, true) => Some(UTF_16LE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The encoding of the same bytes in one chunk, and in chunks of one byte.
    #[track_caller]
    fn detected(bytes: &[u8]) -> &'static Encoding {
        let (mut whole, mut single) = (Detector::default(), Detector::default());
        whole.feed(bytes);
        for byte in bytes {
            single.feed(&[*byte]);
        }
        assert_eq!(whole.encoding(), single.encoding());
        whole.encoding()
    }

    #[test]
    fn one_encoding_is_decided_for_the_whole_file() {
        for (bytes, encoding) in [
            (&b"plain"[..], UTF_8),
            ("आशा".as_bytes(), UTF_8),
            (b"Jos\xe9", WINDOWS_1252),
            (b"10 \x96 20 seats", WINDOWS_1252),
            (b"", UTF_8),
        ] {
            assert_eq!(detected(bytes), encoding, "{bytes:?}");
        }
        let one_bad_byte = ["आशा राव\n".as_bytes(), b"10 \x96 20\n"].concat();
        assert_eq!(detected(&one_bad_byte), UTF_8);
        let bad_byte_first = [&b"10 \x96 20\n"[..], "आशा".as_bytes()].concat();
        assert_eq!(detected(&bad_byte_first), UTF_8);
        let cut = "आ".as_bytes();
        assert_eq!(detected(&cut[..2]), WINDOWS_1252, "no complete character");
    }

    #[test]
    fn marks_and_utf_16_are_detected() {
        let utf16 = |mark: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            format!("{mark}phone;name\n").encode_utf16().flat_map(bytes).collect()
        };
        for mark in ["", "\u{feff}"] {
            assert_eq!(detected(&utf16(mark, u16::to_le_bytes)), UTF_16LE);
            assert_eq!(detected(&utf16(mark, u16::to_be_bytes)), UTF_16BE);
        }
        assert_eq!(detected("\u{feff}phone\n".as_bytes()), UTF_8);
    }
}
