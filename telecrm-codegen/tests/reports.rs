//! Golden reports about Rust names, and the reports of a build script.
//!
//! The golden reports about the schema are in `telecrm-schema/tests/reports`.

#[path = "../../telecrm-schema/tests/support/golden.rs"]
mod golden;

use std::collections::BTreeSet;
use std::path::Path;

use telecrm_codegen::{Config, Diagnostic};
use telecrm_schema::Rule;

use self::golden::Checked;

fn check(yaml: &str) -> Checked {
    Config::new().generate(yaml).map(|generated| generated.warnings)
}

#[test]
fn reports_match_their_snapshots() {
    insta::glob!("reports/*.yaml", |path| golden::assert_report(path, check));
}

/// A build reports everything that `Schema` reports. Naming only adds diagnostics.
#[test]
fn reports_about_the_schema_match_the_snapshots_of_telecrm_schema() {
    insta::glob!("../../telecrm-schema/tests/reports", "*.yaml", |path| {
        golden::assert_report(path, check);
    });
}

#[test]
fn report_shows_the_path_relative_to_the_workspace_root() {
    let path = Path::new("tests/reports/rename-taken.yaml");
    let error =
        Config::new().out_dir("never-written").compile(path).expect_err("the names are taken");
    let diagnostic = &error.diagnostics()[0];
    assert_eq!(
        diagnostic.path(),
        "telecrm-codegen/tests/reports/rename-taken.yaml",
        "the path is not relative to the root"
    );
    assert_eq!((diagnostic.line(), diagnostic.column()), (7, 42));
    assert_eq!(diagnostic.rule(), "rename-taken");
    assert_eq!(diagnostic.help(), Some("choose another name"));
    assert_eq!(
        format!("{error:?}"),
        "2 errors in telecrm-codegen/tests/reports/rename-taken.yaml, shown above"
    );
}

/// Rules about files and build scripts, which `tests/files.rs` breaks.
const OF_FILES: [Rule; 13] = [
    Rule::UnreadableFile,
    Rule::FileTooLarge,
    Rule::NotUtf8,
    Rule::NotAnAttribute,
    Rule::AttributeMatchesNothing,
    Rule::NoOutDir,
    Rule::NotAPath,
    Rule::RequiredField,
    Rule::RequiredType,
    Rule::RequiredLabel,
    Rule::UnwritableFile,
    Rule::TwoSchemasInOneFile,
    Rule::Internal,
];

#[test]
fn every_rule_has_a_golden_report() {
    let mut broken: BTreeSet<Rule> = OF_FILES.into();
    let folders = ["tests/reports", "../telecrm-schema/tests/reports"];
    let folders = folders.map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    for entry in
        folders.iter().flat_map(|folder| folder.read_dir().expect("the folder can be listed"))
    {
        let path = entry.expect("the folder can be listed").path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        match check(&std::fs::read_to_string(path).expect("a golden schema is readable")) {
            Ok(warnings) => broken.extend(warnings.iter().map(Diagnostic::rule)),
            Err(error) => broken.extend(error.diagnostics().iter().map(Diagnostic::rule)),
        }
    }
    let rules: BTreeSet<Rule> = Rule::ALL.iter().copied().collect();
    let missing: Vec<_> = rules.difference(&broken).collect();
    assert!(missing.is_empty(), "no golden report breaks {missing:?}");
}
