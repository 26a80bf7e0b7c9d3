//! Many leads through a gateway that lets a tenth of all requests fail: no lead is lost, no action is sent
//! twice, and each unknown outcome is reported. Both sides count the requests.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use delivery_tests::actions::SiteVisit;
use delivery_tests::{Gateway, Lead};
use telecrm_emulator::Emulator;
use telecrm_runtime::{
    ActionDelivery, AsyncToken, Client, EnterpriseId, Payment, PaymentStatus, Phone, RateLimit,
    RetryPolicy, amount,
};

/// Number of leads: 100,000 with `DELIVERY_TESTS=whole`.
fn count() -> u64 {
    if std::env::var_os("DELIVERY_TESTS").is_some_and(|value| value == "whole") {
        100_000
    } else {
        2_000
    }
}

fn phone(number: u64) -> String {
    format!("91{:010}", 7_000_000_000 + number)
}

fn leads() -> impl Iterator<Item = Lead> {
    (0..count()).filter_map(|number| {
        let phone: Phone = phone(number).parse().ok()?;
        let lead = Lead::new(phone).name(format!("Lead {number}"));
        // One lead in three has no action.
        Some(match number % 3 {
            0 => lead,
            _ => {
                lead.action(SiteVisit::new().note(format!("visit {number}"))).action(Payment::new(
                    PaymentStatus::Completed,
                    telecrm_runtime::Currency::Inr,
                    amount!("5"),
                ))
            }
        })
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d36_failing_responses_lose_no_lead_and_repeat_no_action() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");
    let telecrm = Emulator::builder().schema_file(schema).hourly_limit(None).start().await.unwrap();
    let gateway = Gateway::start(telecrm.url(), 10).await.unwrap();
    let enterprise = EnterpriseId::parse(telecrm.enterprise_id()).unwrap();
    let client = Client::builder(enterprise, AsyncToken::parse(telecrm.async_token()).unwrap())
        .base_url(gateway.url())
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::default().max_attempts(10).base_backoff(Duration::from_millis(2)))
        .build()
        .unwrap();

    let mut sending = client.send_all(leads()).concurrency(16);
    let mut reported = HashMap::new();
    while let Some(sent) = sending.next().await {
        let receipt = sent.result.expect("ten attempts and the budget are enough");
        assert!(reported.insert(sent.position, receipt.actions()).is_none(), "one result each");
    }
    assert_eq!(reported.len() as u64, count());
    assert!(gateway.faults() > count() / 10, "{} faults", gateway.faults());

    // The leads that telecrm stored.
    let stored = telecrm.leads();
    assert_eq!(stored.len() as u64, count(), "each lead is stored once");
    let mut phones = HashSet::new();
    let (mut unconfirmed, mut unconfirmed_but_stored) = (0, 0);
    for lead in &stored {
        assert!(phones.insert(lead.identifier.clone()));
        let number = lead.identifier[2..].parse::<u64>().unwrap() - 7_000_000_000;
        assert_eq!(lead.fields["name"], format!("Lead {number}"));
        let actions = lead.actions.len();
        match reported[&number] {
            ActionDelivery::None => assert_eq!((number % 3, actions), (0, 0)),
            ActionDelivery::Queued => assert_eq!(actions, 2, "once, and not twice: lead {number}"),
            ActionDelivery::Unconfirmed => {
                assert!(actions == 0 || actions == 2, "not twice: lead {number}");
                unconfirmed += 1;
                unconfirmed_but_stored += u64::from(actions == 2);
            }
            other => panic!("{other:?}"),
        }
    }
    // Two thirds of the leads have actions, and nine of the eleven faults make the outcome unknown.
    let expected = gateway.faults() * 2 * 9 / (3 * 11);
    assert!(unconfirmed > expected / 2 && unconfirmed < expected * 2, "{unconfirmed}, {expected}");
    assert!(unconfirmed_but_stored > 0 && unconfirmed_but_stored < unconfirmed);
    let dropped: usize = telecrm.deliveries().iter().map(|delivery| delivery.drops.len()).sum();
    assert_eq!(dropped, 0);
    println!(
        "{} leads, {} faults, {unconfirmed} unconfirmed, of which {unconfirmed_but_stored} were stored",
        count(),
        gateway.faults(),
    );
}
