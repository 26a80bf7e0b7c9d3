//! The assertions for a user's own tests: when they hold, and what they print when they do not.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::{answer, emulator, post, request};
use serde_json::json;
use telecrm_emulator::{Emulator, Fault, Faults};

/// What the assertion prints, or nothing where it holds.
fn printed(assertion: impl FnOnce()) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(assertion)).err()?;
    panic.downcast::<String>().ok().map(|text| *text)
}

fn losses(telecrm: &Emulator) -> Option<String> {
    printed(|| telecrm.assert_nothing_dropped())
}

#[tokio::test]
async fn nothing_dropped_holds_while_all_is_stored_as_it_was_sent() {
    let telecrm = emulator().await;
    assert_eq!(losses(&telecrm), None);
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "rating": 5 } })).await;
    assert_eq!(losses(&telecrm), None);
}

#[tokio::test]
async fn the_report_tells_each_loss() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "deal_size": "5" } })).await;
    post(&telecrm, &json!({ "fields": { "name": "Jane" } })).await;
    answer(request(&telecrm).json(&json!([]))).await;
    telecrm.set_faults(Faults::once(Fault::ServerError));
    answer(request(&telecrm).json(&json!({}))).await;
    assert_eq!(
        losses(&telecrm).expect("it fails"),
        r#"telecrm would have lost something: of 2 queued 0 stored clean, 1 with drops, 1 lost whole; 2 refused

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
async fn a_long_report_is_cut_and_a_reset_ends_it() {
    let telecrm = emulator().await;
    for _ in 0..30 {
        post(&telecrm, &json!({ "fields": {} })).await;
    }
    let report = losses(&telecrm).expect("it fails");
    assert!(report.ends_with("… and 10 more such deliveries\n"), "{report}");
    telecrm.reset();
    assert_eq!(losses(&telecrm), None);
}

#[tokio::test]
async fn exactly_these_drops_are_expected() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "rating": 9, "no": 1 } })).await;
    let expect = |drops: &[(&str, &str)]| printed(|| telecrm.assert_dropped(drops));
    assert_eq!(expect(&[("fields.rating", "D13"), ("fields.no", "D17")]), None);
    let report = expect(&[("fields.rating", "D13")]).expect("it fails");
    assert!(report.contains("D17 fields.no: "), "{report}");
    assert!(expect(&[]).is_some());
}
