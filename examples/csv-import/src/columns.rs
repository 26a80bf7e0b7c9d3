//! The field of each column.

use telecrm_runtime::{FieldInfo, FieldType};

use crate::crm::WORKSPACE;
use crate::map::Map;

/// Columns of the rejects file in addition to the row's columns.
pub(crate) const REJECT_COLUMNS: [&str; 4] =
    ["rejected_row", "rejected_column", "rejected_rule", "rejected_reason"];

/// One column of the header.
#[derive(Clone, Debug)]
pub struct Column {
    /// The name in the header, or the letter of a column without a name.
    pub(crate) name: String,
    pub(crate) is_nameless: bool,
    /// The field of the column; `None` for a column that is not imported.
    pub(crate) field: Option<FieldInfo>,
}

impl Column {
    /// Returns whether the column contains dates.
    pub(crate) fn is_date(&self) -> bool {
        self.field.is_some_and(|field| field.field_type() == FieldType::Date)
    }
}

/// The columns of a file.
#[derive(Clone, Debug)]
pub struct Columns {
    pub(crate) list: Vec<Column>,
}

/// Error about the columns of a file or a map.
#[derive(Debug, thiserror::Error)]
pub enum ColumnsError {
    /// Columns that are neither matched nor ignored.
    #[error("these columns match no field of the workspace: {}\nSet the field of each column under `columns:` of a map file (--map), or add the column to `ignore:`.", .0.join(", "))]
    Unmapped(Vec<String>),
    /// A field of the map that does not exist.
    #[error("map file: the workspace has no field `{0}`")]
    NoSuchField(String),
    /// A column of the map that does not exist.
    #[error("map file: the CSV has no column `{0}`")]
    NoSuchColumn(String),
    /// Two columns with the same field.
    #[error(
        "two columns contain the field `{0}`: add one of them to `ignore:` of a map file (--map)"
    )]
    Twice(&'static str),
    /// No column with the identifier.
    #[error(
        "no column contains `{0}`, the lead identifier: without it, telecrm drops the whole lead"
    )]
    NoIdentifier(&'static str),
}

/// Returns whether the workspace or the map knows a column with this name.
pub(crate) fn is_known(header: &str, map: &Map) -> bool {
    let header = header.trim();
    !header.is_empty()
        && (map.contains(header)
            || WORKSPACE.field(header).is_some()
            || REJECT_COLUMNS.contains(&header))
}

impl Columns {
    /// Matches headers to API names: by the map, otherwise by exact name.
    ///
    /// A column without a name is not imported; the map names such a column by its letter.
    ///
    /// # Errors
    ///
    /// Returns an error if a column with a name is neither matched nor ignored, or if the identifier is
    /// missing.
    pub(crate) fn new(headers: &[String], map: &Map) -> Result<Self, ColumnsError> {
        let mut list: Vec<Column> = Vec::new();
        let mut unmapped = Vec::new();
        for (index, header) in headers.iter().enumerate() {
            let header = header.trim();
            let is_nameless = header.is_empty();
            let name = if is_nameless { letter(index) } else { header.to_owned() };
            let field = match field(&name, map)? {
                Target::Field(field) => Some(field),
                Target::Ignored => None,
                Target::Unknown => {
                    if !is_nameless {
                        unmapped.push(format!("`{name}`"));
                    }
                    None
                }
            };
            // A letter that the map ignores is not checked for content.
            let is_nameless = is_nameless && !map.contains(&name);
            let is_same = |column: &Column| column.field.map(|field| field.api_name());
            if let Some(field) = field
                && list.iter().any(|column| is_same(column) == Some(field.api_name()))
            {
                return Err(ColumnsError::Twice(field.api_name()));
            }
            list.push(Column { name, is_nameless, field });
        }
        let named = map.columns.keys().chain(&map.ignore);
        if let Some(missing) =
            named.into_iter().find(|name| !list.iter().any(|column| column.name == **name))
        {
            return Err(ColumnsError::NoSuchColumn(missing.clone()));
        }
        if !unmapped.is_empty() {
            return Err(ColumnsError::Unmapped(unmapped));
        }
        let identifier = WORKSPACE.identifier();
        let fields = list.iter().filter_map(|column| column.field);
        if !fields.into_iter().any(|field| field.api_name() == identifier) {
            return Err(ColumnsError::NoIdentifier(identifier));
        }
        Ok(Self { list })
    }

    /// The name of a column, or its letter if it has no name or is beyond the header.
    pub(crate) fn name(&self, index: usize) -> String {
        self.list.get(index).map_or_else(|| letter(index), |column| column.name.clone())
    }

    /// The index of a field's column.
    pub(crate) fn position(&self, api_name: &str) -> Option<usize> {
        let is_field =
            |column: &Column| column.field.is_some_and(|field| field.api_name() == api_name);
        self.list.iter().position(is_field)
    }
}

enum Target {
    Field(FieldInfo),
    Ignored,
    Unknown,
}

fn field(name: &str, map: &Map) -> Result<Target, ColumnsError> {
    if REJECT_COLUMNS.contains(&name) {
        // A column of a corrected rejects file.
        return Ok(Target::Ignored);
    }
    if let Some(api_name) = map.columns.get(name) {
        let field = WORKSPACE.field(api_name);
        return field.map(Target::Field).ok_or_else(|| ColumnsError::NoSuchField(api_name.clone()));
    }
    let preset = map.preset;
    if map.ignore.iter().any(|ignored| ignored == name)
        || preset.is_some_and(|preset| preset.ignores(name))
    {
        return Ok(Target::Ignored);
    }
    let api_name = preset.and_then(|preset| preset.field(name)).unwrap_or(name);
    Ok(WORKSPACE.field(api_name).map_or(Target::Unknown, Target::Field))
}

/// The letters of a column in a spreadsheet: `A`, …, `Z`, `AA`.
pub(crate) fn letter(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(headers: &[&str], map: &str) -> Result<Columns, ColumnsError> {
        let map = Map::parse(if map.is_empty() { "{}" } else { map }).expect(map);
        let headers: Vec<_> = headers.iter().map(|header| (*header).to_owned()).collect();
        Columns::new(&headers, &map)
    }

    fn fields(columns: &Columns) -> Vec<Option<&'static str>> {
        columns.list.iter().map(|column| column.field.map(|field| field.api_name())).collect()
    }

    #[test]
    fn columns_are_matched_by_exact_name_and_by_the_map() {
        let found = columns(
            &["Sr. No.", "phone", "Student", ""],
            "{ columns: { Student: name, D: email }, ignore: [Sr. No.] }",
        );
        let found = found.expect("every column is matched");
        assert_eq!(fields(&found), [None, Some("phone"), Some("name"), Some("email")]);
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

    #[test]
    fn column_without_a_name_has_a_letter_and_is_not_imported() {
        let found = columns(&["phone", " ", ""], "").expect("ignored");
        assert_eq!(fields(&found), [Some("phone"), None, None]);
        assert_eq!((found.name(1), found.name(30)), ("B".to_owned(), "AE".to_owned()));
        assert_eq!(["A", "Z", "AA", "ZZ", "AAA"], [0, 25, 26, 701, 702].map(letter)[..]);
    }

    #[test]
    fn preset_matches_the_columns_of_the_export_and_the_map_has_priority() {
        let headers = ["id", "created_time", "full_name", "phone_number", "email", "platform"];
        let found = columns(&headers, "preset: meta").expect("every column is known");
        let expected = [None, None, Some("name"), Some("phone"), Some("email"), None];
        assert_eq!(fields(&found), expected);
        let map = "{ preset: meta, columns: { id: enquiry_id }, ignore: [full_name] }";
        let found = columns(&headers, map).expect("every column is known");
        assert_eq!(fields(&found)[..3], [Some("enquiry_id"), None, None]);
        let error = columns(&["phone_number", "city?"], "preset: meta").expect_err("unknown");
        assert!(error.to_string().contains("`city?`"));
    }
}
