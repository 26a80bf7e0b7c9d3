//! JSON Schema of schema files, which editors read next to the schema.

use std::path::Path;

use telecrm_schema::export::SCHEMA_FILE;

use crate::exit::Failure;
use crate::file;

/// The first line of a schema, by which editors find the JSON Schema.
pub(crate) const FIRST_LINE: &str = "# yaml-language-server: $schema=workspace.schema.json";

/// The name of the JSON Schema, next to the schema.
pub(crate) const FILE_NAME: &str = "workspace.schema.json";

/// Whether the first line of a schema names the JSON Schema next to it.
pub(crate) fn is_named_by(schema: &str) -> bool {
    schema.trim_start_matches('\u{feff}').lines().next() == Some(FIRST_LINE)
}

/// Writes the JSON Schema next to a schema that names it, or updates it. Keeps a file of another origin.
/// Returns whether the file was written.
pub(crate) fn write(path: &Path, schema: &str) -> Result<bool, Failure> {
    if !is_named_by(schema) {
        return Ok(false);
    }
    let path = path.with_file_name(FILE_NAME);
    let existing = file::existing(&path, file::SCHEMA_LIMIT)?;
    let is_current = |bytes: &[u8]| title(bytes) != title(SCHEMA_FILE.as_bytes()) || equal(bytes);
    if existing.as_deref().is_some_and(is_current) {
        return Ok(false);
    }
    file::replace_unchanged(&path, SCHEMA_FILE, existing.as_deref())?;
    Ok(true)
}

/// Whether a file has the current content, except for its line ends.
fn equal(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_ok_and(|text| text.replace("\r\n", "\n") == SCHEMA_FILE)
}

fn title(bytes: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    value.get("title")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_file_is_updated_and_a_file_of_another_origin_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let schema = folder.path().join("acme.yaml");
        let sibling = folder.path().join(FILE_NAME);
        let text = format!("{FIRST_LINE}\r\nenterprise: {{}}\r\n");
        assert!(!write(&schema, "enterprise: {}").expect("nothing to write"), "not named");
        assert!(!sibling.exists());
        assert!(write(&schema, &text).expect("written"), "there was none");
        assert!(!write(&schema, &text).expect("read"), "it is current");
        let older = SCHEMA_FILE.replacen("\"type\": \"object\"", "\"type\": \"array\"", 1);
        for (existing, is_replaced) in [
            (older.as_str(), true),
            (&SCHEMA_FILE.replace('\n', "\r\n"), false),
            ("{\"title\": \"Mine\"}", false),
            ("not JSON", false),
        ] {
            std::fs::write(&sibling, existing).expect("written");
            assert_eq!(write(&schema, &text).expect("read"), is_replaced, "{existing:.80}");
            let expected = if is_replaced { SCHEMA_FILE } else { existing };
            assert_eq!(std::fs::read_to_string(&sibling).expect("there"), expected);
        }
    }
}
