//! Predefined action types, which only telecrm can write.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::{Action, Lead};
use telecrm_runtime::phone;

fn main() {
    let lead = Lead::new(phone!("919999999999"));
    let _ = lead.clone().action("SYSTEM_NOTE");
    let _ = lead.action(Action::OutgoingCall);
}
