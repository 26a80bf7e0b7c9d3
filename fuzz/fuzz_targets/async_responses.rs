//! Parses any response of the Async API without a panic: to success or an error.

#![no_main]

#[path = "../../telecrm-runtime/tests/any_response/async_api.rs"]
mod async_api;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| async_api::check(bytes));
