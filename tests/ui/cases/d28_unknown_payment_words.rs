//! A payment status or currency that telecrm does not know.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use telecrm_runtime::{Currency, Payment, PaymentStatus, amount};

fn main() {
    let _ = Payment::new(PaymentStatus::Paid, Currency::Inr, amount!("5000"));
    let _ = Payment::new(PaymentStatus::Completed, Currency::Eur, amount!("5000"));
    let _ = Payment::new("COMPLETED", "INR", amount!("5000"));
}
