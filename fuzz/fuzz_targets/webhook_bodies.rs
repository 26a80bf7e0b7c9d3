//! Reads any body of a webhook without a panic: a lead, a body to hold, both, or a test lead.

#![no_main]

#[path = "../../examples/web-form/tests/any_body/check.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check::check(bytes));
