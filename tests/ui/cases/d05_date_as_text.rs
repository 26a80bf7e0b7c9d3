//! A date as text in a local format.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::Lead;
use telecrm_runtime::phone;

fn main() {
    let _ = Lead::new(phone!("919999999999")).follow_up_date("01/12/2026");
}
