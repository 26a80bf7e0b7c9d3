//! Golden reports: the report of a schema is in a snapshot next to it.

use std::path::Path;

use telecrm_schema::{Diagnostic, Error};

/// Outcome of a check: the warnings of a good schema, or all diagnostics of a bad one.
pub(crate) type Checked = Result<Vec<Diagnostic>, Error>;

/// Compares the report on a schema file with the snapshot next to it. For [`insta::glob!`].
pub(crate) fn assert_report(path: &Path, check: fn(&str) -> Checked) {
    let yaml = std::fs::read_to_string(path).expect("a golden schema is readable");
    let report = match check(&yaml) {
        Ok(warnings) => {
            assert!(!warnings.is_empty(), "{} has no mistake", path.display());
            let warnings: Vec<_> = warnings.iter().map(ToString::to_string).collect();
            warnings.join("\n\n")
        }
        Err(error) => error.to_string(),
    };
    insta::with_settings!({
        omit_expression => true,
        prepend_module_to_snapshot => false,
        snapshot_path => path.parent().expect("the file is in a folder"),
    }, {
        insta::assert_snapshot!("report", report);
    });
}
