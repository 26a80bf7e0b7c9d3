//! Golden reports: one bad schema per file in `tests/reports`, and what its author reads.

use std::collections::BTreeSet;
use std::path::Path;

use telecrm_codegen::{Config, Diagnostic, Warning};
use telecrm_schema::Rule;

#[test]
fn every_report_reads_as_reviewed() {
    insta::glob!("reports/*.yaml", |path| {
        let yaml = std::fs::read_to_string(path).expect("a golden schema is readable");
        let report = match Config::new().generate(&yaml) {
            Ok(generated) => {
                assert!(!generated.warnings.is_empty(), "{} has no mistake", path.display());
                let warnings: Vec<_> = generated.warnings.iter().map(ToString::to_string).collect();
                warnings.join("\n\n")
            }
            Err(error) => error.to_string(),
        };
        insta::with_settings!({
            omit_expression => true,
            prepend_module_to_snapshot => false,
            snapshot_path => "reports",
        }, {
            insta::assert_snapshot!("report", report);
        });
    });
}

#[test]
fn a_report_names_the_file_as_the_build_script_did() {
    let path = Path::new("tests/reports/no-fields.yaml");
    let error = Config::new().out_dir("never-written").compile(path).expect_err("no fields");
    let diagnostic = &error.diagnostics()[0];
    assert_eq!(
        diagnostic.path(),
        "telecrm-codegen/tests/reports/no-fields.yaml",
        "from the root, as rustc's"
    );
    assert_eq!((diagnostic.line(), diagnostic.column()), (1, 1));
    assert_eq!(diagnostic.rule(), "no-fields");
    assert!(diagnostic.help().is_some_and(|help| help.contains("GET /custom-fields")));
    assert_eq!(
        format!("{error:?}"),
        "1 error in telecrm-codegen/tests/reports/no-fields.yaml, shown above"
    );
}

#[test]
fn d21_unprefixed_code_is_an_error_at_its_line() {
    let yaml = include_str!("reports/d21-unprefixed-action-code.yaml");
    let error = Config::new().generate(yaml).expect_err("telecrm would drop these actions");
    let found: Vec<_> =
        error.diagnostics().iter().map(|it| (it.rule(), it.line(), it.column())).collect();
    assert_eq!(
        found,
        [("action-prefix", 4, 11), ("action-prefix", 7, 11), ("action-prefix", 10, 11)]
    );
}

/// Rules that no text of a schema can break; `tests/files.rs` breaks them.
const OF_FILES: [Rule; 10] = [
    Rule::UnreadableFile,
    Rule::FileTooLarge,
    Rule::NotUtf8,
    Rule::NotAnAttribute,
    Rule::AttributeMatchesNothing,
    Rule::NoOutDir,
    Rule::NotAPath,
    Rule::UnwritableFile,
    Rule::TwoSchemasInOneFile,
    Rule::Internal,
];

#[test]
fn every_rule_has_a_golden_report() {
    let mut broken: BTreeSet<&str> = OF_FILES.map(Rule::name).into();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reports");
    for entry in std::fs::read_dir(folder).expect("the golden schemas are there") {
        let path = entry.expect("the folder can be listed").path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let yaml = std::fs::read_to_string(path).expect("a golden schema is readable");
        match Config::new().generate(&yaml) {
            Ok(generated) => broken.extend(generated.warnings.iter().map(Warning::rule)),
            Err(error) => broken.extend(error.diagnostics().iter().map(Diagnostic::rule)),
        }
    }
    let all: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    let missing: Vec<_> = all.difference(&broken).collect();
    assert!(missing.is_empty(), "no golden report breaks {missing:?}");
}
