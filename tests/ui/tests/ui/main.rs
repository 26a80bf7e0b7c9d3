//! Compile-fail cases: what must not compile, and what rustc says then.
//!
//! `cases` has one file per case, named by its row of the silent-drop catalogue. The messages are
//! part of the product. Under the toolchain that CI pins they are compared in full; other versions
//! of rustc word their own lines differently, so there only our lines are compared (`our_lines`).
//!
//! After a change: `TRYBUILD=overwrite cargo test -p ui-tests`, and read the difference as a user
//! would.

mod our_lines;

/// The toolchain of `.ci/run`.
const PINNED: &str = "rustc 1.95.0 ";

#[test]
fn mistakes_do_not_compile() {
    if rustc_version().starts_with(PINNED) {
        trybuild::TestCases::new().compile_fail("cases/*.rs");
    } else {
        our_lines::are_all_there("cases");
    }
}

/// The toolchain that cargo runs this test under.
fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = std::process::Command::new(rustc).arg("--version").output();
    let output = output.expect("cargo found a rustc to build this test");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
