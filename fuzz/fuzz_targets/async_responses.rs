//! Any response of the Async API is success or an error. Never a panic.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| telecrm_runtime::fuzzing::async_response(bytes));
