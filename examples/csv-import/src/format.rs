//! Format of a file, detected before its rows are read: encoding, header, delimiter and digest.

use std::fmt::{self, Write as _};
use std::io::{self, Read};

use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;
use sha2::{Digest as _, Sha256};

use crate::encoding::Detector;
use crate::header::{Header, HeaderError};
use crate::input::Input;
use crate::map::Map;
use crate::rows::Rows;

/// Length of the start of the file in which the header is searched for, in bytes.
const HEAD: usize = 256 * 1024;

/// Format of the file.
#[derive(Clone, Debug)]
pub struct Format {
    pub(crate) encoding: &'static Encoding,
    pub(crate) header: Header,
    /// Digest of the file's content, so that an interrupted import can continue.
    pub digest: String,
    /// Rows under the header, estimated by counting line ends.
    pub lines: u64,
}

/// Error for a file without a readable header.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Read(#[from] io::Error),
    /// No row is the header.
    #[error("{0}")]
    Header(#[from] HeaderError),
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, separated by ", self.encoding.name())?;
        match self.header.layout.delimiter {
            b'\t' => write!(f, "tab"),
            b';' => write!(f, "semicolon"),
            b'|' => write!(f, "vertical bar"),
            b',' => write!(f, "comma"),
            other => write!(f, "`{}`", char::from(other)),
        }
    }
}

impl Format {
    /// Reads the file once to detect its format.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, or if it has no recognizable header.
    pub fn detect(input: &Input, map: &Map) -> Result<Self, FormatError> {
        let mut reader = input.read()?;
        let mut buffer = vec![0; 1 << 20];
        let mut detector = Detector::default();
        let (mut digest, mut head, mut lines) = (Sha256::new(), Vec::new(), 0);
        loop {
            let read = reader.read(&mut buffer)?;
            let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else { break };
            digest.update(chunk);
            detector.feed(chunk);
            lines += chunk.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            head.extend(chunk.iter().take(HEAD.saturating_sub(head.len())));
        }
        let encoding = detector.encoding();
        let (text, ..) = encoding.decode(&head);
        let header = Header::find(&text, map)?;
        let lines = lines.saturating_sub(header.row);
        Ok(Self { encoding, header, digest: hexadecimal(&digest.finalize()), lines })
    }

    /// Describes the rows above the header, which are not imported.
    #[must_use]
    pub fn skipped(&self) -> Option<String> {
        let Header { row, layout, .. } = self.header;
        let line = if layout.has_separator_line { "the line `sep=` and " } else { "" };
        match row {
            1 if layout.has_separator_line => {
                Some("the line `sep=` is skipped; the header is row 1".to_owned())
            }
            1 => None,
            2 => Some(format!("{line}row 1 skipped; the header is row 2")),
            _ => Some(format!("{line}rows 1 to {} skipped; the header is row {row}", row - 1)),
        }
    }

    /// Returns a reader of the rows under the header, which decodes the text while it reads.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read.
    pub(crate) fn rows(&self, input: &Input) -> csv::Result<Rows<impl Read + use<>>> {
        let text = DecodeReaderBytesBuilder::new()
            .encoding(Some(self.encoding))
            .bom_override(true)
            .strip_bom(true)
            .build(input.read()?);
        let Header { row, layout, .. } = self.header;
        let mut rows = Rows::new(text, layout);
        while let Some(found) = rows.next()? {
            if found.number >= row {
                break;
            }
        }
        Ok(rows)
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to memory does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use encoding_rs::{UTF_8, UTF_16LE, WINDOWS_1252};

    use super::*;

    fn read(bytes: &[u8]) -> (Format, Vec<(u64, Vec<String>)>) {
        let input = Input::bytes(bytes.to_vec());
        let format = Format::detect(&input, &Map::default()).expect("a header");
        let mut rows = format.rows(&input).expect("readable");
        let mut found = Vec::new();
        while let Some(row) = rows.next().expect("readable") {
            found.push((row.number, row.cells.iter().map(str::to_owned).collect()));
        }
        (format, found)
    }

    #[test]
    fn rows_are_decoded_and_numbered_as_in_the_spreadsheet() {
        let text =
            "sep=;\r\ntitle\r\n\r\nphone;name\r\n\r\n919876543210;José\r\n9;\"a\r\nb\"\r\n\r\n8;x";
        let expected = [(5, ["919876543210", "José"]), (6, ["9", "a\r\nb"]), (8, ["8", "x"])];
        let expected =
            expected.map(|(row, cells)| (row, cells.map(str::to_owned).to_vec())).to_vec();
        let utf16: Vec<u8> =
            format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), UTF_8),
            ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), UTF_8),
            (utf16, UTF_16LE),
            (WINDOWS_1252.encode(text).0.into_owned(), WINDOWS_1252),
        ] {
            let (format, rows) = read(&bytes);
            assert_eq!((format.encoding, format.header.row), (encoding, 3));
            assert_eq!(rows, expected, "{}", encoding.name());
            let skipped = "the line `sep=` and rows 1 to 2 skipped; the header is row 3";
            assert_eq!(format.skipped().as_deref(), Some(skipped));
        }
        let (format, _) = read(b"phone\t\"a,b\"\tname\n");
        assert_eq!(format.to_string(), "UTF-8, separated by tab");
        assert_eq!(format.skipped(), None);
    }
}
