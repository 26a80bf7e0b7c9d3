//! Labels that the tags field does not have.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::Lead;
use crm::options::Interests;
use telecrm_runtime::phone;

fn main() {
    let lead = Lead::new(phone!("919999999999"));
    let _ = lead.clone().interests(["VIP"]);
    let _ = lead.interests([Interests::Vips]);
}
