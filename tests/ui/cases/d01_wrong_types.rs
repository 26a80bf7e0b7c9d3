//! Other values with a wrong type.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::Lead;
use telecrm_runtime::phone;

fn main() {
    let lead = Lead::new(phone!("919999999999"));
    let _ = lead.clone().email("jane.doe@example.com");
    let _ = lead.clone().remark("unchecked text");
    let _ = lead.clone().website("https://example.com");
    let _ = lead.clone().brochure("https://example.com/brochure.pdf");
    let _ = lead.clone().owner("agent@example.com");
    let _ = lead.clone().name(Some(7));
    let _ = lead.rating(true);
}
