//! An option that the dropdown does not have.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::options::ContactSource;

fn main() {
    let _ = ContactSource::Webiste;
    let _ = ContactSource::Fair;
}
