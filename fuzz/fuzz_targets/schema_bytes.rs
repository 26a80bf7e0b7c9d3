//! Generates code from any bytes without a panic: valid Rust, or an error with a position.

#![no_main]

#[path = "../../telecrm-codegen/tests/support/any_bytes.rs"]
mod any_bytes;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| any_bytes::check(bytes));
