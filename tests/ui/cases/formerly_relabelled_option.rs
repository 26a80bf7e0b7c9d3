//! The old name of a relabelled option still compiles, with a warning that contains the new name.

#![deny(deprecated)]

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__relabelled.snap.rs");
}

fn main() {
    let _ = crm::options::Source::ColdCall;
}
