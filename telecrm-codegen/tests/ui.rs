//! What must not compile, and what the compiler says then: one file per case in `tests/ui`, named
//! by its row of the silent-drop catalogue. And what must compile, in `tests/ui/pass`.
//!
//! The compiler's words are part of the product, so they are compared to the letter; but only
//! under the toolchain that CI pins, since other versions of rustc say their own lines in another
//! way. Under any other toolchain our lines in them are looked for: see `support/our_lines.rs`.
//!
//! After a change: `TRYBUILD=overwrite cargo test -p telecrm-codegen --test ui`, and read the
//! difference as a user would.

#[path = "support/our_lines.rs"]
mod our_lines;

/// The toolchain of `.ci/run`.
const PINNED: &str = "rustc 1.95.0 ";

#[test]
fn mistakes_do_not_compile_and_right_code_does() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    if rustc_version().starts_with(PINNED) {
        cases.compile_fail("tests/ui/*.rs");
    } else {
        our_lines::are_all_there("tests/ui");
    }
}

/// The toolchain that cargo runs this test under.
fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = std::process::Command::new(rustc).arg("--version").output();
    let output = output.expect("cargo found a rustc to build this test");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
