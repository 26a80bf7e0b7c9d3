//! Compile-fail cases: code that must not compile, and the messages of rustc.
//!
//! `cases` has one file for each case. Its name starts with the id of the row in the silent-drop
//! catalogue. The messages are part of the product, so the test compares each message with the complete
//! `.stderr` file. It needs the pinned toolchain, because the messages of other versions of rustc differ.
//!
//! After a change, run `TRYBUILD=overwrite cargo test -p ui-tests`, and read each changed message from the
//! perspective of a user.

/// The file that pins the toolchain.
const TOOLCHAIN: &str = include_str!("../../../rust-toolchain.toml");

#[test]
fn invalid_programs_do_not_compile() {
    let rustc = rustc_version();
    let version = rustc.split(' ').nth(1).unwrap_or_default();
    assert!(
        TOOLCHAIN.contains(&format!("channel = \"{version}\"")),
        "the messages of {rustc} cannot be compared: use the toolchain of rust-toolchain.toml"
    );
    trybuild::TestCases::new().compile_fail("cases/*.rs");
}

/// The version line of the toolchain that runs this test.
fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = std::process::Command::new(rustc).arg("--version").output();
    let output = output.expect("rustc built this test");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
