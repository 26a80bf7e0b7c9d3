//! An action and an option of one workspace for a lead of another workspace.

mod acme {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

mod globex {
    include!("../../../telecrm-codegen/tests/snapshots/generated__globex.snap.rs");
}

use telecrm_runtime::phone;

fn main() {
    let lead = acme::Lead::new(phone!("919999999999"));
    let _ = lead.clone().contact_source(globex::options::ContactSource::Website);
    let _ = lead.action(globex::actions::SiteVisit::new());
}
