//! Generated code needs no prelude, and warns of nothing in a program that uses little of it.

#![deny(warnings, missing_docs, unsafe_code, unreachable_pub)]
#![no_implicit_prelude]

mod crm {
    include!("../../snapshots/generated__acme.snap.rs");
}

fn main() {
    let _ = crm::Lead::new(::telecrm_runtime::phone!("919999999999")).name("Jane Doe");
}
