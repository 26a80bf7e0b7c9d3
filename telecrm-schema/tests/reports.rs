//! Golden reports: each file in `tests/reports` is an invalid schema, next to its report.
//!
//! Reports about Rust names are in `telecrm-codegen/tests/reports`.

#[path = "support/golden.rs"]
mod golden;

use telecrm_schema::Schema;

use self::golden::Checked;

fn check(yaml: &str) -> Checked {
    Schema::check_yaml("schema.yaml", yaml).map(|(_, warnings)| warnings)
}

#[test]
fn every_report_equals_its_golden_text() {
    insta::glob!("reports/*.yaml", |path| golden::assert_report(path, check));
}

#[test]
fn debug_of_an_error_has_the_report_until_it_is_printed() {
    let mut error = check("customFields: []\n").expect_err("there is no identifier");
    let report = error.to_string();
    assert_eq!(format!("{error:?}"), format!("1 error in schema.yaml\n{report}"));
    error.print();
    assert_eq!(format!("{error:?}"), "1 error in schema.yaml, shown above");
    assert_eq!(error.to_string(), report);
}

#[test]
fn d21_unprefixed_code_is_an_error_with_its_position() {
    let yaml = include_str!("reports/d21-unprefixed-action-code.yaml");
    let error = check(yaml).expect_err("telecrm would drop these actions");
    let diagnostics = error.diagnostics().iter();
    let found: Vec<_> = diagnostics
        .map(|diagnostic| (diagnostic.rule().name(), diagnostic.line(), diagnostic.column()))
        .collect();
    assert_eq!(
        found,
        [("action-prefix", 4, 11), ("action-prefix", 7, 11), ("action-prefix", 10, 11)]
    );
}
