//! The CSV file: its encoding, delimiter and digest, and its rows in constant memory.

use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use encoding_rs_io::DecodeReaderBytesBuilder;
use sha2::{Digest as _, Sha256};

/// Format of the file, detected before its rows are read.
#[derive(Clone, Debug)]
pub(crate) struct Format {
    pub(crate) encoding: &'static Encoding,
    pub(crate) delimiter: u8,
    /// Digest of the file's content, so that an interrupted import can continue.
    pub(crate) digest: String,
    /// Rows under the header, estimated by counting line ends.
    pub(crate) lines: u64,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let delimiter = match self.delimiter {
            b'\t' => "tab",
            b';' => "semicolon",
            b'|' => "vertical bar",
            _ => "comma",
        };
        write!(f, "{}, separated by {delimiter}", self.encoding.name())
    }
}

/// Reads the file once to detect its format.
///
/// # Errors
///
/// Returns an error if the file cannot be read.
pub(crate) fn inspect(path: &Path) -> io::Result<Format> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 20];
    let mut utf8 = Utf8Check::default();
    let (mut digest, mut head, mut lines) = (Sha256::new(), Vec::new(), 0);
    loop {
        let read = file.read(&mut buffer)?;
        let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else { break };
        digest.update(chunk);
        utf8.feed(chunk);
        lines += chunk.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        if head.len() < 64 * 1024 {
            head.extend_from_slice(chunk);
        }
    }
    let encoding = match Encoding::for_bom(&head) {
        Some((encoding, _)) => encoding,
        None => {
            utf16_without_mark(&head).unwrap_or(if utf8.is_valid() { UTF_8 } else { WINDOWS_1252 })
        }
    };
    let (text, ..) = encoding.decode(&head);
    Ok(Format {
        encoding,
        delimiter: delimiter(text.lines().next().unwrap_or_default()),
        digest: hexadecimal(&digest.finalize()),
        lines: lines.saturating_sub(1),
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to memory does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Returns a reader of the file's rows, which decodes the text while it reads.
///
/// # Errors
///
/// Returns an error if the file cannot be opened.
pub(crate) fn rows(path: &Path, format: &Format) -> io::Result<csv::Reader<impl Read + use<>>> {
    let text = DecodeReaderBytesBuilder::new()
        .encoding(Some(format.encoding))
        .bom_override(true)
        .strip_bom(true)
        .build(BufReader::new(File::open(path)?));
    Ok(csv::ReaderBuilder::new().delimiter(format.delimiter).flexible(true).from_reader(text))
}

/// Number of empty lines before the row that was just read.
///
/// The reader skips empty lines, but a spreadsheet counts them.
pub(crate) fn blank_lines(row: &csv::StringRecord, end: &csv::Position) -> u64 {
    let Some(start) = row.position() else { return 0 };
    let inside: usize = row.iter().map(|cell| cell.matches('\n').count()).sum();
    (end.line() - start.line()).saturating_sub(1 + inside as u64)
}

/// Validates UTF-8 in chunks.
#[derive(Default)]
struct Utf8Check {
    rest: Vec<u8>,
    invalid: bool,
}

impl Utf8Check {
    fn feed(&mut self, chunk: &[u8]) {
        if self.invalid {
            return;
        }
        self.rest.extend_from_slice(chunk);
        match std::str::from_utf8(&self.rest) {
            Ok(_) => self.rest.clear(),
            Err(error) if error.error_len().is_none() => {
                self.rest.drain(..error.valid_up_to());
            }
            Err(_) => self.invalid = true,
        }
    }

    fn is_valid(&self) -> bool {
        !self.invalid && self.rest.is_empty()
    }
}

/// Detects UTF-16 without a byte order mark: every second byte of ASCII text is 0.
fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len().min(2000) / 2;
    let zeros = |odd: usize| {
        head.chunks_exact(2).take(pairs).filter(|pair| pair.get(odd) == Some(&0)).count()
    };
    let threshold = pairs * 7 / 10;
    match (pairs > 0, zeros(0) > threshold, zeros(1) > threshold) {
        (true, true, false) => Some(UTF_16BE),
        (true, false, true) => Some(UTF_16LE),
        _ => None,
    }
}

/// The most frequent delimiter in the header, outside quotes.
fn delimiter(header: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for byte in header.bytes() {
        quoted ^= byte == b'"';
        if let Some((_, count)) =
            counts.iter_mut().find(|(delimiter, _)| !quoted && *delimiter == byte)
        {
            *count += 1;
        }
    }
    let max_count = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let found = counts.iter().find(|(_, count)| *count == max_count);
    found.map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Format, Vec<Vec<String>>) {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), bytes).expect("written");
        let format = inspect(file.path()).expect("readable");
        let mut reader = rows(file.path(), &format).expect("readable");
        let mut rows = vec![reader.headers().expect("a header").clone()];
        rows.extend(reader.records().map(|row| row.expect("a row")));
        let rows = rows.iter().map(|row| row.iter().map(str::to_owned).collect()).collect();
        (format, rows)
    }

    fn utf16(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
        units.flat_map(bytes).collect()
    }

    #[test]
    fn encodings_and_delimiters_are_detected() {
        let text = "phone;name\n919876543210;José\n";
        let expected = vec![vec!["phone", "name"], vec!["919876543210", "José"]];
        let windows = WINDOWS_1252.encode(text).0.into_owned();
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), UTF_8),
            ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), UTF_8),
            (utf16(text, true, u16::to_le_bytes), UTF_16LE),
            (utf16(text, true, u16::to_be_bytes), UTF_16BE),
            (utf16(text, false, u16::to_le_bytes), UTF_16LE),
            (utf16(text, false, u16::to_be_bytes), UTF_16BE),
            (windows, WINDOWS_1252),
        ] {
            let (format, rows) = read(&bytes);
            assert_eq!(format.encoding, encoding);
            assert_eq!(format.delimiter, b';');
            assert_eq!(rows, expected, "{}", encoding.name());
        }
        let (format, _) = read(b"phone\t\"a,b,c\"\n1\t2\n");
        assert_eq!(format.to_string(), "UTF-8, separated by tab");
    }

    #[test]
    fn character_across_a_chunk_border_is_valid() {
        let mut check = Utf8Check::default();
        let bytes = "हाँ".as_bytes();
        for byte in bytes {
            check.feed(&[*byte]);
        }
        assert!(check.is_valid());
        check.feed(&bytes[..1]);
        assert!(!check.is_valid());
    }
}
