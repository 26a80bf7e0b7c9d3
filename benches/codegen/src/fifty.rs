//! Fifty workspaces in one program, compared with fifty times one.

use std::fmt::Write as _;

use crate::library::Library;
use crate::workload::{self, Size};
use crate::{generate, in_turn, instructions, print_row, print_times, runtime_dependency};

/// The number of workspaces.
pub const WORKSPACES: u32 = 50;
const SIZE: Size = Size { fields: 25, actions: 3 };
/// Maximum cost of fifty workspaces, as a multiple of fifty times one.
const AT_MOST: Option<f64> = Some(1.2);

/// Generates a number of workspaces, and returns their modules.
pub fn generate(workspaces: u32) -> String {
    let mut code = String::new();
    for number in 0..workspaces {
        let module = generate::telecrm(&workload::telecrm(SIZE));
        let _ = writeln!(code, "pub mod client_{number} {{\n{module}\n}}");
    }
    code
}

pub fn fifty() {
    let [fifty, one] = ["workspaces", "workspace"].map(instructions);
    let times = f64::from(WORKSPACES);
    let giga = |count: f64| format!("{:.2} G", count / 1e9);
    print_row(
        "instructions to generate 50 workspaces of 25 fields, dev profile",
        &giga(fifty),
        &format!("50 times one: {}", giga(one * times)),
        fifty / (one * times),
        AT_MOST,
    );

    let root = tempfile::tempdir().expect("a temporary folder");
    let libraries = [("empty", 0), ("one", 1), ("fifty", WORKSPACES)].map(|(name, count)| {
        let library = Library::new(root.path(), name, &runtime_dependency(), "");
        library.write("src/lib.rs", &generate(count));
        library
    });
    let [empty, one, fifty] = in_turn(
        5,
        [&mut || libraries[0].check_again(), &mut || libraries[1].check_again(), &mut || {
            libraries[2].check_again()
        }],
    );
    // The start of cargo and rustc does not count for a workspace.
    let single = one.saturating_sub(empty);
    let fifty = fifty.saturating_sub(empty);
    print_times(
        "processor time of `cargo check`, 50 workspaces of 25 fields",
        fifty,
        "50 times one:",
        single * WORKSPACES,
        AT_MOST,
    );
}
