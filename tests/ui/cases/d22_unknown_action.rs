//! Actions that the workspace does not define, and actions as text.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::{Action, Lead, actions};
use telecrm_runtime::phone;

fn main() {
    let lead = Lead::new(phone!("919999999999"));
    let _ = lead.clone().action("ACTION_1001");
    let _ = lead.clone().action(1001);
    let _ = lead.clone().action(actions::SiteVisitt::new());
    let _ = lead.action(Action::Demo);
}
