//! Any response of the Sync API is read or refused. Never a panic.

#![no_main]

#[path = "../../telecrm-runtime/tests/any_response/sync_api.rs"]
mod sync_api;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sync_api::check(bytes));
