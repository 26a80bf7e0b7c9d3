//! A key other than `fields` and `actions`.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::Lead;
use telecrm_runtime::phone;

fn main() {
    let _ = Lead { source: "Website", ..Lead::new(phone!("919999999999")) };
}
