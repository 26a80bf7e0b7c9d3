//! Parses any response of the Sync API without a panic: to a value or an error.

#![no_main]

#[path = "../../telecrm-runtime/tests/any_response/sync_api.rs"]
mod sync_api;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sync_api::check(bytes));
