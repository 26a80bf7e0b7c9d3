//! Backdating an action that may not be backdated.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::actions::QuoteSent;

fn main() {
    let _ = QuoteSent::new().created_on(std::time::SystemTime::now());
}
