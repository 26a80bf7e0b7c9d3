//! A rating as a number, which may be outside 1 to 5.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::Lead;
use telecrm_runtime::phone;

fn main() {
    let _ = Lead::new(phone!("919999999999")).rating(6);
}
