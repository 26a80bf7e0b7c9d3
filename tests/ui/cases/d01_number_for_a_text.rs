//! A number for a text field.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::Lead;
use telecrm_runtime::phone;

fn main() {
    let _ = Lead::new(phone!("919999999999")).name(42);
}
