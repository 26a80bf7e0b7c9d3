//! Whatever the bytes: code that is Rust, or an error with its place. Never a panic.

#![no_main]

#[path = "../../telecrm-codegen/tests/support/any_bytes.rs"]
mod any_bytes;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| any_bytes::check(bytes));
