//! Memory of the whole process with large deliveries.
#![cfg(target_os = "linux")]

mod common;

use common::request;
use serde_json::json;
use telecrm_emulator::Emulator;

/// Returns the resident memory of this process in MiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line");
    let kib = line.split_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok());
    kib.expect("a number") / 1024
}

/// Each delivery owns an identifier of nearly 1 MiB. Without the bounds, 200 deliveries would own
/// 200 MiB.
#[tokio::test]
async fn identifiers_of_a_mebibyte_stay_within_the_bounds() {
    const TEXT: &str = "customFields: [{ apiName: key, type: TEXT, isLeadid: true }]";
    let builder = Emulator::builder().schema_yaml(TEXT).delivery_bytes(8 * 1024 * 1024);
    let telecrm = builder.start().await.expect("the schema is valid");
    let body = json!({ "fields": { "key": "x".repeat(1_000_000) } }).to_string();
    let send = async || {
        let sent = request(&telecrm).header("content-type", "application/json").body(body.clone());
        assert_eq!(sent.send().await.expect("a response").status(), 200);
    };
    for _ in 0..10 {
        send().await;
    }
    let before = resident();
    for _ in 0..200 {
        send().await;
    }
    let grown = resident().saturating_sub(before);
    assert!(grown < 80, "{grown} MiB more than after the first ten deliveries");
    assert!((1..=8).contains(&telecrm.deliveries().len()));
    assert_eq!((telecrm.leads().len(), telecrm.counters().stored), (1, 210));
}
