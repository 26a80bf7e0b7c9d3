//! A field that the action does not define, and a value with a wrong type.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use crm::actions::SiteVisit;

fn main() {
    let _ = SiteVisit::new().notes("Came by");
    let _ = SiteVisit::new().duration(30);
    let _ = SiteVisit::new().note(30);
    let _ = SiteVisit::new().outcome("Interested");
}
