//! Any response of the Sync API is read or refused. Never a panic.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| telecrm_runtime::fuzzing::sync_response(bytes));
