//! Search for the header, which also decides the delimiter.

use crate::columns::is_known;
use crate::map::Map;
use crate::rows::{Layout, Rows};

/// Delimiters that spreadsheets write. The first of equally good ones wins.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Number of rows in which the header is searched for.
const SEARCHED: u64 = 10;

/// Number of known columns that make a row the header.
const ENOUGH: usize = 2;

/// The header of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The number of its row in the spreadsheet.
    pub(crate) row: u64,
    pub(crate) cells: Vec<String>,
    pub(crate) layout: Layout,
}

/// Error for a file without a recognizable header.
#[derive(Debug, thiserror::Error)]
pub enum HeaderError {
    /// The file has no row.
    #[error("there is no header: the file is empty")]
    Empty,
    /// The row in the map is empty, or after the end.
    #[error("there is no header in row {0}, which is `header_row:` of the map file")]
    NoSuchRow(u64),
    /// No row has enough known columns.
    #[error(
        "no header was found: none of the first ten rows contains at least two columns that the workspace or the map knows{0}\nSet the field of each column under `columns:` of a map file (--map), or the row of the header as `header_row:`."
    )]
    NotFound(String),
}

/// A row that may be the header.
struct Candidate {
    row: u64,
    cells: Vec<String>,
    known: usize,
}

impl Header {
    /// Finds the header at the start of a decoded file.
    ///
    /// # Errors
    ///
    /// Returns an error if no row is recognizable as the header.
    pub(crate) fn find(text: &str, map: &Map) -> Result<Self, HeaderError> {
        let separator = separator(text);
        let (has_separator_line, has_cr_lf) = (separator.is_some(), has_cr_lf(text));
        let delimiters = separator.as_ref().map_or(&DELIMITERS[..], std::slice::from_ref);
        let candidates = delimiters.iter().filter_map(|delimiter| {
            let layout = Layout { delimiter: *delimiter, has_separator_line, has_cr_lf };
            Some((layout, candidate(text, layout, map)?))
        });
        let quality = |candidate: &Candidate| {
            (candidate.known >= ENOUGH, candidate.known, candidate.cells.len())
        };
        let best = candidates
            .reduce(|best, other| if quality(&other.1) > quality(&best.1) { other } else { best });
        let missing = map.header_row.map_or(HeaderError::Empty, HeaderError::NoSuchRow);
        let (layout, Candidate { row, cells, known }) = best.ok_or(missing)?;
        if known == 0 && map.header_row.is_none() {
            return Err(HeaderError::NotFound(shown(&cells)));
        }
        Ok(Self { row, cells, layout })
    }
}

/// The delimiter of a `sep=;` line.
fn separator(text: &str) -> Option<u8> {
    let line = text.trim_start_matches('\u{feff}').lines().next()?;
    let line = line.strip_prefix('"').and_then(|line| line.strip_suffix('"')).unwrap_or(line);
    let (word, delimiter) = line.split_at_checked(4)?;
    let [delimiter] = delimiter.as_bytes() else { return None };
    let is_delimiter =
        delimiter.is_ascii() && !delimiter.is_ascii_alphanumeric() && *delimiter != b'"';
    (word.eq_ignore_ascii_case("sep=") && is_delimiter).then_some(*delimiter)
}

/// The row of the map, the first row with enough known columns, or the first row with content.
fn candidate(text: &str, layout: Layout, map: &Map) -> Option<Candidate> {
    let mut rows = Rows::new(text.as_bytes(), layout);
    let mut first = None;
    // Reading from memory does not fail.
    while let Ok(Some(row)) = rows.next() {
        let last = map.header_row.unwrap_or(SEARCHED);
        if row.number > last && (first.is_some() || map.header_row.is_some()) {
            break;
        }
        if row.cells.iter().all(is_empty) {
            continue;
        }
        let known = row.cells.iter().filter(|cell| is_known(cell, map)).count();
        let cells = row.cells.iter().map(str::to_owned).collect();
        let found = Candidate { row: row.number, cells, known };
        match map.header_row {
            Some(number) if number == row.number => return Some(found),
            Some(_) => {}
            None if known >= ENOUGH => return Some(found),
            None => first = first.or(Some(found)),
        }
    }
    first
}

/// Returns whether a cell has no content, with any delimiter.
fn is_empty(cell: &str) -> bool {
    cell.bytes().all(|byte| byte.is_ascii_whitespace() || DELIMITERS.contains(&byte))
}

/// Returns whether the first line that ends outside of quotes ends with a carriage return.
fn has_cr_lf(text: &str) -> bool {
    let mut is_quoted = false;
    let mut last = 0;
    for byte in text.bytes() {
        is_quoted ^= byte == b'"';
        if byte == b'\n' && !is_quoted {
            return last == b'\r';
        }
        last = byte;
    }
    false
}

/// The cells of the first row, unless they look like a lead: a file without a header starts with one.
fn shown(cells: &[String]) -> String {
    let is_value =
        |cell: &String| cell.contains('@') || cell.chars().filter(char::is_ascii_digit).count() > 4;
    if cells.iter().any(is_value) {
        return "; the first row looks like a lead".to_owned();
    }
    let names = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let names: Vec<_> = names.map(|cell| format!("`{cell}`")).collect();
    format!("; the first row is {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str, map: &str) -> Result<Header, HeaderError> {
        Header::find(text, &Map::parse(if map.is_empty() { "{}" } else { map }).expect(map))
    }

    #[track_caller]
    fn assert_found(text: &str, map: &str, row: u64, delimiter: u8, cells: &[&str]) {
        let found = find(text, map).expect(text);
        assert_eq!(
            (found.row, found.layout.delimiter, &found.cells[..]),
            (row, delimiter, &cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()[..]),
            "{text}"
        );
    }

    #[test]
    fn header_is_the_first_row_with_two_known_columns() {
        assert_found("phone,name\n", "", 1, b',', &["phone", "name"]);
        assert_found(
            "Enquiries,,\n,,\nphone,name,email\n",
            "",
            3,
            b',',
            &["phone", "name", "email"],
        );
        assert_found("\r\n\r\nphone;name\r\n", "", 3, b';', &["phone", "name"]);
        assert_found("\n\n\n\n\n\n\n\n\n\n\nphone\n", "", 12, b',', &["phone"]);
        assert_found("title\n\"two\nlines\"\nphone|name", "", 3, b'|', &["phone", "name"]);
        assert_found(
            "Mobile\tWho\n",
            "columns: { Mobile: phone, Who: name }",
            1,
            b'\t',
            &["Mobile", "Who"],
        );
        assert_found("phone\n919999999999\n", "", 1, b',', &["phone"]);
    }

    #[test]
    fn delimiter_is_decided_on_the_complete_header() {
        let text = "phone;\"name, as in\nthe, school\"\n";
        let map = "columns: { \"name, as in\\nthe, school\": name }";
        assert_found(text, map, 1, b';', &["phone", "name, as in\nthe, school"]);
        assert_found("a,b,c,d\nphone\tname\n", "", 2, b'\t', &["phone", "name"]);
    }

    #[test]
    fn separator_line_decides_the_delimiter_and_has_no_number() {
        let found = find("sep=;\r\nphone;name\r\n", "").expect("a header");
        assert!(found.layout.has_separator_line);
        assert_found("sep=;\r\nphone;name\r\n", "", 1, b';', &["phone", "name"]);
        assert_found("\u{feff}\"SEP=^\"\nx\nphone^name\n", "", 2, b'^', &["phone", "name"]);
        assert_found("sep=x\nphone,name\n", "", 2, b',', &["phone", "name"]);
    }

    #[test]
    fn row_of_the_map_is_the_header() {
        assert_found("phone,name\na\nx,y\n", "header_row: 3", 3, b',', &["x", "y"]);
        assert!(matches!(find("phone,name\n", "header_row: 2"), Err(HeaderError::NoSuchRow(2))));
        assert!(matches!(find("a\n,\nb", "header_row: 2"), Err(HeaderError::NoSuchRow(2))));
    }

    #[test]
    fn file_without_a_header_is_an_error_without_personal_data() {
        assert!(matches!(find("", ""), Err(HeaderError::Empty)));
        assert!(matches!(find("\n,,\n", ""), Err(HeaderError::Empty)));
        let late = format!("{}phone,name\n", "title\n".repeat(10));
        let error = find(&late, "").expect_err("row 11").to_string();
        assert!(error.contains("no header was found") && error.contains("`title`"), "{error}");
        let error = find("9999990012,Asha Rao\n", "").expect_err("a lead").to_string();
        assert!(error.contains("--map") && !error.contains("Asha"), "{error}");
    }
}
