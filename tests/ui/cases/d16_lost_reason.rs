//! Lost reasons that are unknown or archived.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::Lead;
use crm::options::LostReason;
use telecrm_runtime::phone;

fn main() {
    let lead = Lead::new(phone!("919999999999"));
    let _ = lead.clone().lost_reason("Price too high");
    let _ = lead.clone().lost_reason(LostReason::Lockdown);
    let _ = lead.lost_reason(LostReason::PriceToHigh);
}
