//! A tag that is not in a list.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::Lead;
use crm::options::Interests;
use telecrm_runtime::phone;

fn main() {
    let _ = Lead::new(phone!("919999999999")).interests(Interests::Vip);
}
