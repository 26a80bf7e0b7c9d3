//! A payment without status, currency or amount.

mod crm {
    include!("../../../telecrm-codegen/tests/snapshots/generated__acme.snap.rs");
}

use telecrm_runtime::{Currency, Payment, PaymentStatus, amount};

fn main() {
    let _ = Payment::new(PaymentStatus::Completed, Currency::Inr);
    let (status, currency, amount) = (PaymentStatus::Completed, Currency::Inr, amount!("5000"));
    let _ = Payment::new(status, amount);
    let _ = Payment::new(currency, amount!("5000"));
    let _ = Payment::new();
}
