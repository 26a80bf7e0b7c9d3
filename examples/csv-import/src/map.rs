//! Map file: the field of each column, and how the file is read.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::preset::Preset;

/// `map.yaml`: the field of each column, by header, and how the file is read.
///
/// ```yaml
/// columns: { Mobile: phone, "Student Name": name }
/// ignore: [Sr. No., Remarks by reception]
/// empty: [NULL, "\\N", "-"]   # cells without a value
/// header_row: 3               # otherwise, the header is searched for
/// preset: meta                # a lead export of Meta
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Map {
    pub(crate) columns: BTreeMap<String, String>,
    pub(crate) ignore: Vec<String>,
    pub(crate) empty: Vec<String>,
    pub(crate) header_row: Option<u64>,
    pub(crate) preset: Option<Preset>,
}

/// Error for a map file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct MapError {
    file: String,
    reason: String,
}

impl Map {
    /// Reads a map file.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, or if it is not a valid map.
    pub fn read(path: &Path) -> Result<Self, MapError> {
        let failed = |reason: String| MapError { file: path.display().to_string(), reason };
        let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        Self::parse(&text).map_err(failed)
    }

    /// Reads a map.
    ///
    /// # Errors
    ///
    /// Returns the reason if the text is not a valid map.
    pub fn parse(text: &str) -> Result<Self, String> {
        // In `empty:`, a bare NULL is that word.
        let options = serde_yaml::options! { null_as_string: true };
        let map: Self =
            serde_yaml::from_str_with_options(text, options).map_err(|error| error.to_string())?;
        if map.header_row == Some(0) {
            return Err("header_row: the first row of a spreadsheet has number 1".to_owned());
        }
        Ok(map)
    }

    /// Returns whether the map names this column.
    pub(crate) fn contains(&self, header: &str) -> bool {
        self.columns.contains_key(header)
            || self.ignore.iter().any(|ignored| ignored == header)
            || self.preset.is_some_and(|preset| preset.contains(header))
    }

    /// Returns whether a cell means that there is no value.
    pub(crate) fn is_empty_word(&self, cell: &str) -> bool {
        !self.empty.is_empty() && self.empty.iter().any(|word| word.trim() == cell.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_null_among_empty_words_is_that_word() {
        let map =
            Map::parse("empty: [NULL, \"\\\\N\", null, ~, \"-\"]\nheader_row: 3").expect("a map");
        for cell in ["NULL", "\\N", "null", "~", "-", " NULL "] {
            assert!(map.is_empty_word(cell), "{cell}: {:?}", map.empty);
        }
        assert!(!map.is_empty_word("") && !map.is_empty_word("Null"));
        assert_eq!(map.header_row, Some(3));
    }

    #[test]
    fn unknown_key_or_preset_is_an_error() {
        for text in ["colums: {}", "preset: google", "header_row: 0", "header_row: x"] {
            assert!(Map::parse(text).is_err(), "{text}");
        }
    }
}
