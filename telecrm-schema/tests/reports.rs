//! Golden reports: one bad schema per file in `tests/reports`, and what its author reads.
//!
//! Those about Rust names stand in `telecrm-codegen/tests/reports`.

#[path = "support/golden.rs"]
mod golden;

use telecrm_schema::Schema;

use self::golden::Checked;

fn check(yaml: &str) -> Checked {
    Schema::check_yaml("schema.yaml", yaml).map(|(_, warnings)| warnings)
}

#[test]
fn every_report_reads_as_reviewed() {
    insta::glob!("reports/*.yaml", |path| golden::assert_as_reviewed(path, check));
}

#[test]
fn d21_unprefixed_code_is_an_error_at_its_line() {
    let yaml = include_str!("reports/d21-unprefixed-action-code.yaml");
    let error = check(yaml).expect_err("telecrm would drop these actions");
    let found: Vec<_> =
        error.diagnostics().iter().map(|it| (it.rule(), it.line(), it.column())).collect();
    assert_eq!(
        found,
        [("action-prefix", 4, 11), ("action-prefix", 7, 11), ("action-prefix", 10, 11)]
    );
}
