//! Compile-fail cases: code that must not compile, and the messages of rustc.
//!
//! `cases` has one file per case, named after its row of the silent-drop catalogue. The messages are
//! part of the product, so each is compared in full with its `.stderr` file. Other versions of rustc
//! word their own lines differently: only the pinned toolchain can compare them.
//!
//! After a change: `TRYBUILD=overwrite cargo test -p ui-tests`, and read the difference as a user
//! would.

/// The file that pins the toolchain.
const TOOLCHAIN: &str = include_str!("../../../rust-toolchain.toml");

#[test]
fn mistakes_do_not_compile() {
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
    let output = output.expect("cargo found a rustc to build this test");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
