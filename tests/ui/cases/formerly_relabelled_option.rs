//! The old name of a relabelled option still compiles, with a warning that names the new one.

#![deny(deprecated)]

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__relabelled.snap.rs");
}

fn main() {
    let _ = crm::options::Source::ColdCall;
}
