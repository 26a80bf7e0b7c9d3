//! The field of each column.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use telecrm_runtime::FieldInfo;

use crate::crm::WORKSPACE;

/// Columns of the rejects file in addition to the row's columns.
pub(crate) const REJECT_COLUMNS: [&str; 4] =
    ["rejected_row", "rejected_column", "rejected_rule", "rejected_reason"];

/// `map.yaml`: the field of each column, by header.
///
/// ```yaml
/// columns: { Mobile: phone, "Student Name": name }
/// ignore: [Sr. No., Remarks by reception]
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Map {
    columns: BTreeMap<String, String>,
    ignore: Vec<String>,
}

/// The workspace's field with this API name.
pub(crate) fn field(api_name: &str) -> Option<FieldInfo> {
    WORKSPACE.field(api_name)
}

/// The field of each column; `None` for an ignored column.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) fields: Vec<Option<&'static str>>,
}

/// Error about the columns of a file or a map.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ColumnsError {
    #[error("{file}: {reason}")]
    Map { file: String, reason: String },
    #[error("these columns match no field of the workspace: {}\nSet the field of each column under `columns:` of a map file (--map), or add the column to `ignore:`.", .0.join(", "))]
    Unmapped(Vec<String>),
    #[error("map file: the workspace has no field `{0}`")]
    NoSuchField(String),
    #[error("map file: the CSV has no column `{0}`")]
    NoSuchColumn(String),
    #[error(
        "two columns contain the field `{0}`: add one of them to `ignore:` of a map file (--map)"
    )]
    Twice(&'static str),
    #[error(
        "no column contains `{0}`, the lead identifier: without it, telecrm drops the whole lead"
    )]
    NoIdentifier(&'static str),
}

impl Map {
    /// Reads a map file.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, or if it is not a valid map.
    pub(crate) fn read(path: &Path) -> Result<Self, ColumnsError> {
        let failed =
            |reason: String| ColumnsError::Map { file: path.display().to_string(), reason };
        let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        serde_yaml::from_str(&text).map_err(|error| failed(error.to_string()))
    }
}

impl Columns {
    /// Matches headers to API names: by the map, otherwise by exact name.
    ///
    /// # Errors
    ///
    /// Returns an error if a column is neither matched nor ignored, or if the identifier is missing.
    pub(crate) fn new<'h>(
        headers: impl Iterator<Item = &'h str> + Clone,
        map: &Map,
    ) -> Result<Self, ColumnsError> {
        let named = map.columns.keys().chain(&map.ignore);
        for column in named {
            if !headers.clone().any(|header| header.trim() == column) {
                return Err(ColumnsError::NoSuchColumn(column.clone()));
            }
        }
        let (mut fields, mut unmapped) = (Vec::new(), Vec::new());
        for header in headers {
            let header = header.trim();
            let api_name = map.columns.get(header).map_or(header, String::as_str);
            let matched = match field(api_name) {
                // A column of a corrected rejects file.
                _ if REJECT_COLUMNS.contains(&header) => None,
                _ if map.ignore.iter().any(|ignored| ignored == header) => None,
                Some(field) => Some(field.api_name()),
                None if map.columns.contains_key(header) => {
                    return Err(ColumnsError::NoSuchField(api_name.to_owned()));
                }
                None => {
                    unmapped.push(format!("`{header}`"));
                    None
                }
            };
            if let Some(field) = matched.filter(|field| fields.contains(&Some(*field))) {
                return Err(ColumnsError::Twice(field));
            }
            fields.push(matched);
        }
        if !unmapped.is_empty() {
            return Err(ColumnsError::Unmapped(unmapped));
        }
        let identifier = WORKSPACE.identifier();
        if !fields.contains(&Some(identifier)) {
            return Err(ColumnsError::NoIdentifier(identifier));
        }
        Ok(Self { fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(headers: &[&str], map: &str) -> Result<Columns, ColumnsError> {
        let map =
            if map.is_empty() { Map::default() } else { serde_yaml::from_str(map).expect(map) };
        Columns::new(headers.iter().copied(), &map)
    }

    #[test]
    fn columns_are_matched_by_exact_name_and_by_the_map() {
        let found = columns(
            &["Sr. No.", "phone", "Student"],
            "{ columns: { Student: name }, ignore: [Sr. No.] }",
        );
        let found = found.expect("every column is matched");
        assert_eq!(found.fields, [None, Some("phone"), Some("name")]);
    }

    #[test]
    fn unmatched_columns_are_an_error() {
        let error = |headers: &[&str], map| columns(headers, map).expect_err("refused").to_string();
        assert!(error(&["phone", "Name", "x"], "").contains("`Name`, `x`"));
        assert!(error(&["name"], "").contains("`phone`, the lead identifier"));
        assert!(error(&["phone"], "{ columns: { Mobile: phone } }").contains("no column `Mobile`"));
        assert!(error(&["phone", "M"], "{ columns: { M: mobile } }").contains("no field `mobile`"));
        assert!(error(&["phone", "M"], "{ columns: { M: phone } }").contains("two columns"));
    }
}
