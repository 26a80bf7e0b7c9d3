//! `workspace.schema.json` reports the same mistakes in editors as the reader in a build.

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use telecrm_schema::{Diagnostic, Schema};

/// Rules of a file's shape, which an editor can check.
const SHAPES: [&str; 10] = [
    "empty-file",
    "wrong-shape",
    "missing-key",
    "null-name",
    "blank-name",
    "unknown-section",
    "unknown-codegen-key",
    "not-a-boolean",
    "not-a-length",
    "unknown-word",
];

fn validator() -> Validator {
    let schema = include_str!("../src/export/workspace.schema.json");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    assert!(jsonschema::meta::is_valid(&schema), "the file is not a JSON Schema");
    jsonschema::validator_for(&schema).expect("the JSON Schema compiles")
}

/// Converts YAML 1.2 to JSON with types, like an editor.
fn as_json(yaml: &str) -> Option<serde_json::Value> {
    let options = serde_yaml::options! { strict_booleans: true, with_snippet: false };
    serde_yaml::from_str_with_options(yaml, options).ok()
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).expect("the folder exists");
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_schema_that_the_reader_accepts_is_valid() {
    let validator = validator();
    let mut seen = 0;
    for path in ["../telecrm-codegen/tests/schemas", "tests/reports", "../schema"]
        .into_iter()
        .flat_map(files)
    {
        let yaml = std::fs::read_to_string(&path).expect("the file is readable");
        if Schema::from_yaml(&yaml).is_err() {
            continue;
        }
        seen += 1;
        let json = as_json(&yaml).expect("the reader reads it");
        let errors: Vec<_> = validator
            .iter_errors(&json)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
    assert!(seen >= 8, "only {seen} schemas are valid");
}

#[test]
fn every_shape_error_is_invalid() {
    let validator = validator();
    let mut seen = std::collections::BTreeSet::new();
    for path in files("tests/reports") {
        let yaml = std::fs::read_to_string(&path).expect("the file is readable");
        let Err(error) = Schema::from_yaml(&yaml) else { continue };
        let rules: Vec<_> = error
            .diagnostics()
            .iter()
            .filter(|diagnostic| !diagnostic.is_warning())
            .map(Diagnostic::rule)
            .collect();
        if !rules.iter().all(|rule| SHAPES.contains(&rule.name())) {
            continue;
        }
        let mistakes = rules.len();
        seen.extend(rules);
        if let Some(json) = as_json(&yaml) {
            // The validator must report each mistake of the file.
            let found: usize = validator.iter_errors(&json).map(|error| keys(&error)).sum();
            assert!(found >= mistakes, "{}: {found} of {mistakes} are reported", path.display());
        }
    }
    assert_eq!(seen.len(), SHAPES.len(), "only {seen:?} were reported");
}

/// Counts the mistakes of an error: all unknown keys of an object are a single error.
fn keys(error: &jsonschema::ValidationError<'_>) -> usize {
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected.len(),
        _ => 1,
    }
}

#[test]
fn every_property_has_a_description() {
    fn walk(value: &serde_json::Value, path: &str, bare: &mut Vec<String>) {
        if let Some(properties) = value.get("properties").and_then(|value| value.as_object()) {
            for (name, property) in properties {
                let described =
                    property.get("description").is_some() || property.get("$ref").is_some();
                if !described
                    && name != "leadStagePipeline"
                    && !["customFields", "customActions"].contains(&name.as_str())
                {
                    bare.push(format!("{path}/{name}"));
                }
            }
        }
        match value {
            serde_json::Value::Object(object) => {
                for (key, value) in object {
                    walk(value, &format!("{path}/{key}"), bare);
                }
            }
            serde_json::Value::Array(array) => {
                for value in array {
                    walk(value, path, bare);
                }
            }
            _ => {}
        }
    }
    let schema = include_str!("../src/export/workspace.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).expect("the schema is JSON");
    let mut bare = Vec::new();
    walk(&schema, "", &mut bare);
    assert!(bare.is_empty(), "no description: {bare:?}");
}

#[test]
fn demo_schema_has_the_current_file() {
    let demo = include_str!("../../schema/workspace.schema.json");
    let current = include_str!("../src/export/workspace.schema.json");
    assert_eq!(demo, current, "copy telecrm-schema/src/export/workspace.schema.json to schema/");
}
