//! Fields in another casing or spelling.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::Lead;
use telecrm_runtime::phone;

fn main() {
    let lead = Lead::new(phone!("919999999999"));
    let _ = lead.clone().contactSource(crm::options::ContactSource::Website);
    let _ = lead.clone().Name("Jane");
    let _ = lead.followup_date(std::time::SystemTime::now());
}
