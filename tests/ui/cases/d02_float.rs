//! A float, which may be NaN or infinite.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::Lead;
use telecrm_runtime::phone;

fn main() {
    let _ = Lead::new(phone!("919999999999")).deal_size(2.5);
}
