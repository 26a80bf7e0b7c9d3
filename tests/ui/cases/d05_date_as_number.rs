//! A date as a number, which may be in seconds or milliseconds.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::Lead;
use telecrm_runtime::phone;

fn main() {
    let _ = Lead::new(phone!("919999999999")).follow_up_date(1_764_547_200);
}
