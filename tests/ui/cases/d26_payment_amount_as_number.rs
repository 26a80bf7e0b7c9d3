//! A payment's amount as a number or text.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use telecrm_runtime::{Currency, Payment, PaymentStatus};

fn main() {
    let _ = Payment::new(PaymentStatus::Completed, Currency::Inr, 5000);
    let _ = Payment::new(PaymentStatus::Completed, Currency::Inr, "5000");
}
