//! Money made from a float, or from unchecked text.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::Lead;
use telecrm_runtime::phone;

fn main() {
    let lead = Lead::new(phone!("919999999999"));
    let _ = lead.clone().budget(1500.5);
    let _ = lead.budget("1500.50");
}
