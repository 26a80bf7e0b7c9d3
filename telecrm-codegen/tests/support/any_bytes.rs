//! Properties of any input, for the fuzz target and the property tests.

use telecrm_codegen::Config;

/// Generates from the bytes and checks the properties of every outcome.
pub(crate) fn check(bytes: &[u8]) {
    let yaml = String::from_utf8_lossy(bytes);
    match Config::new().generate(&yaml) {
        Ok(generated) => {
            syn::parse_file(&generated.code).expect("generated code is valid Rust");
            for warning in &generated.warnings {
                assert!(warning.is_warning());
                let _ = warning.to_string();
            }
        }
        Err(error) => {
            assert!(
                error.diagnostics().iter().any(|diagnostic| !diagnostic.is_warning()),
                "no error in {error:?}"
            );
            let lines = yaml.lines().count().max(1) + 1;
            for diagnostic in error.diagnostics() {
                assert!((1..=lines).contains(&diagnostic.line()), "{diagnostic:?}");
                assert!(diagnostic.column() >= 1);
                assert!(!diagnostic.message().is_empty() && diagnostic.help().is_some());
            }
            let _ = error.to_string();
        }
    }
}
