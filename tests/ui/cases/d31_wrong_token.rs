//! A Sync token on the Async endpoint.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use telecrm_runtime::{Client, EnterpriseId, SyncToken};

fn main() {
    let enterprise: EnterpriseId = "62ab16e0f1c2d3e4f5a6b7c8".parse().unwrap();
    let token: SyncToken = "a-sync-token".parse().unwrap();
    let _ = Client::builder(enterprise, token);
}
