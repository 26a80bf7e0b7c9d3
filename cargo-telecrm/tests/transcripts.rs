//! The transcripts of the README, run as a user would run them. `TRYCMD=overwrite` writes what the
//! program says now.

use trycmd::cargo::cargo_bin;

#[test]
fn the_readme_says_what_the_program_says() {
    // The README is read in the repository's folder.
    let repository = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    std::env::set_current_dir(repository).expect("the repository is a folder");
    trycmd::TestCases::new()
        .register_bin("cargo", cargo_bin("cargo-telecrm"))
        .case("cargo-telecrm/README.md");
}
