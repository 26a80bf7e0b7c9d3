//! Converts any CSV bytes with any map to leads without a panic. Each row is queued, rejected or skipped.
//!
//! The text before the first NUL byte is the map.

#![no_main]

#[path = "../../examples/csv-import/tests/support/any_csv.rs"]
mod any_csv;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(0);
    let map = String::from_utf8_lossy(&bytes[..end]);
    any_csv::check(&bytes[end..], &map);
});
