//! A lead without its identifier.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::Lead;
use telecrm_runtime::Phone;

fn main() {
    let _ = Lead::new();
    let _ = Lead::default();
    let _ = Lead::new(None::<Phone>);
    let _ = Lead::new("919999999999");
}
