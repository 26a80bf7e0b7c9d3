//! A status that the pipeline does not have.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::Lead;
use crm::options::Status;
use telecrm_runtime::phone;

fn main() {
    let lead = Lead::new(phone!("919999999999"));
    let _ = lead.clone().status("Fresh");
    let _ = lead.status(Status::Freshh);
}
