//! Assertions for tests of users: their conditions, and their reports on failure.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::{answer, emulator, post, request};
use serde_json::json;
use telecrm_emulator::{Emulator, Fault, Faults};

/// Returns the panic message of an assertion, or `None` if it holds.
fn panic_message(assertion: impl FnOnce()) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(assertion)).err()?;
    panic.downcast::<String>().ok().map(|text| *text)
}

fn losses(telecrm: &Emulator) -> Option<String> {
    panic_message(|| telecrm.assert_nothing_dropped())
}

#[tokio::test]
async fn assert_nothing_dropped_holds_if_everything_is_stored_as_sent() {
    let telecrm = emulator().await;
    assert_eq!(losses(&telecrm), None);
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "rating": 5 } })).await;
    assert_eq!(losses(&telecrm), None);
}

#[tokio::test]
async fn d44_warning_is_listed_and_is_not_a_loss() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "name": "undefined" } })).await;
    assert_eq!(losses(&telecrm), None);
    telecrm.assert_dropped(&[("fields.name", "D44")]);
    let counters = telecrm.counters();
    assert_eq!((counters.clean, counters.with_drops), (1, 0));
    let deliveries = serde_json::to_value(telecrm.deliveries()).expect("plain data");
    assert_eq!(deliveries[0]["drops"][0]["warning"], true);
}

#[tokio::test]
async fn report_lists_each_loss() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "deal_size": "5" } })).await;
    post(&telecrm, &json!({ "fields": { "name": "Jane" } })).await;
    answer(request(&telecrm).json(&json!([]))).await;
    telecrm.set_faults(Faults::once(Fault::ServerError));
    answer(request(&telecrm).json(&json!({}))).await;
    assert_eq!(
        losses(&telecrm).expect("the assertion fails"),
        r#"telecrm would have lost something: 2 queued, 0 stored clean, 1 stored with drops, 1 lost whole, 2 refused

delivery 1: 200, stored as 919999999999
  D01 fields.deal_size: the text "5" was sent; a number field takes a JSON number; the number 5 would have been kept

delivery 2: 200, lost whole
  D19 fields.phone: no "phone" was sent; it is the lead identifier, so the whole lead is dropped; a lead with it would have been kept

delivery 3: 400, refused: the body must be a JSON object

delivery 4: 500, refused (fault: server_error): not processed, because of the fault `server_error`
"#
    );
}

#[tokio::test]
async fn long_report_is_truncated_and_a_reset_clears_it() {
    let telecrm = emulator().await;
    for _ in 0..30 {
        post(&telecrm, &json!({ "fields": {} })).await;
    }
    let report = losses(&telecrm).expect("the assertion fails");
    assert!(report.ends_with("… and 10 more deliveries with losses\n"), "{report}");
    telecrm.reset();
    assert_eq!(losses(&telecrm), None);
}

#[tokio::test]
async fn assert_dropped_expects_exactly_the_given_drops() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "rating": 9, "no": 1 } })).await;
    let expect = |drops: &[(&str, &str)]| panic_message(|| telecrm.assert_dropped(drops));
    assert_eq!(expect(&[("fields.rating", "D13"), ("fields.no", "D17")]), None);
    let report = expect(&[("fields.rating", "D13")]).expect("the assertion fails");
    assert!(report.contains("D17 fields.no: "), "{report}");
    assert!(expect(&[]).is_some());
}
