//! A payment status and a currency that telecrm does not support.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use telecrm_runtime::{Currency, Payment, PaymentStatus, amount};

fn main() {
    let _ = Payment::new(PaymentStatus::Paid, Currency::Inr, amount!("5000"));
    let _ = Payment::new(PaymentStatus::Completed, Currency::Eur, amount!("5000"));
    let _ = Payment::new("COMPLETED", "INR", amount!("5000"));
}
