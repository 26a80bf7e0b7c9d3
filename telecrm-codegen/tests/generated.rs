//! Generated code as snapshots, and the same snapshots compiled: without a warning, and used.

#![deny(warnings, missing_docs, unsafe_code, clippy::all, clippy::pedantic)]

use telecrm_codegen::Config;

/// The workspace of the compile-fail cases.
pub mod acme {
    include!("snapshots/generated__acme.snap.rs");
}

/// A second workspace in one crate.
pub mod globex {
    include!("snapshots/generated__globex.snap.rs");
}

/// A workspace with a text identifier.
pub mod tickets {
    include!("snapshots/generated__tickets.snap.rs");
}

macro_rules! snapshot {
    ($name:literal) => {
        let yaml = include_str!(concat!("schemas/", $name, ".yaml"));
        let generated = Config::new().generate(yaml).expect("the test's schema holds");
        assert!(generated.warnings.is_empty(), "{:?}", generated.warnings);
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_binary_snapshot!(concat!($name, ".rs"), generated.code.into_bytes());
        });
    };
}

#[test]
fn acme_is_generated_as_reviewed() {
    snapshot!("acme");
}

#[test]
fn globex_is_generated_as_reviewed() {
    snapshot!("globex");
}

#[test]
fn tickets_is_generated_as_reviewed() {
    snapshot!("tickets");
}
