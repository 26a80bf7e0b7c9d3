//! Any response of the Async API is success or an error. Never a panic.

#![no_main]

#[path = "../../telecrm-runtime/tests/any_response/async_api.rs"]
mod async_api;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| async_api::check(bytes));
