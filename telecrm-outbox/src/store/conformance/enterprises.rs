//! Several enterprises in one database.

use super::*;
use crate::enterprise::EnterpriseStats;

fn owned(enterprises: &[&str]) -> Vec<String> {
    enterprises.iter().map(|enterprise| (*enterprise).to_owned()).collect()
}

pub(crate) async fn an_entry_without_enterprise_waits_if_there_are_several_clients(
    subject: &impl Subject,
) {
    let store = &*subject.store();
    let unassigned = enqueue_for(store, None, "1").await;
    store.report_clients(owned(&[ENTERPRISE, "other"])).await.unwrap();
    // It is possibly a lead of either.
    for enterprise in [ENTERPRISE, "other"] {
        assert_eq!(store.next_due(enterprise).await.unwrap(), None);
        let claimed = store.claim(enterprise, LEASE, ClaimFor::DELIVERY).await.unwrap();
        assert!(claimed.is_none(), "{enterprise}");
    }
    let waiting = store.waiting().await.unwrap();
    assert_eq!(waiting.without_client().collect::<Vec<_>>(), [""]);
    // The worker is started again with one client.
    subject.advance(Duration::from_secs(600)).await;
    store.report_clients(owned(&[ENTERPRISE])).await.unwrap();
    assert_eq!(store.waiting().await.unwrap().without_client().count(), 0);
    assert_eq!(claimed(store).await, Some(unassigned));
}

pub(crate) async fn entries_of_an_enterprise_without_a_client_are_unassigned(
    subject: &impl Subject,
) {
    let store = &*subject.store();
    for enterprise in [Some(ENTERPRISE), Some("other"), Some("third"), None] {
        enqueue_for(store, enterprise, "1").await;
    }
    assert_eq!(store.stats().await.unwrap().unassigned, 1, "no worker has started yet");
    store.report_clients(owned(&[ENTERPRISE, "third"])).await.unwrap();
    assert_eq!(store.stats().await.unwrap().unassigned, 2);
    let waiting = store.waiting().await.unwrap();
    assert_eq!(waiting.without_client().collect::<Vec<_>>(), ["", "other"]);
    // The worker is started again without the client of `third`.
    subject.advance(Duration::from_secs(600)).await;
    store.report_clients(owned(&[ENTERPRISE])).await.unwrap();
    assert_eq!(store.stats().await.unwrap().unassigned, 3);
    // Long after the worker ended, its client is still the one that delivers.
    subject.advance(Duration::from_secs(86_400)).await;
    assert_eq!(store.stats().await.unwrap().unassigned, 3);
}

pub(crate) async fn entries_are_counted_for_each_enterprise(subject: &impl Subject) {
    let store = &*subject.store();
    enqueue_for(store, None, "1").await;
    enqueue_for(store, Some("other"), "1").await;
    subject.advance(Duration::from_secs(60)).await;
    enqueue_for(store, Some("other"), "2").await;
    enqueue(store, "1", false).await;
    settle(store, &claim(store).await.unwrap(), refused()).await;
    store.report_attention_retention(Duration::from_secs(3_600)).await.unwrap();
    store.report_clients(owned(&[ENTERPRISE, "third"])).await.unwrap();
    let enterprises = store.stats_by_enterprise().await.unwrap();
    let of = |id: Option<&str>| -> &EnterpriseStats {
        enterprises.iter().find(|found| found.enterprise_id.as_deref() == id).unwrap()
    };
    let ids: Vec<_> = enterprises.iter().map(|found| found.enterprise_id.as_deref()).collect();
    assert_eq!(ids, [None, Some(ENTERPRISE), Some("other"), Some("third")]);
    let (acme, other) = (&of(Some(ENTERPRISE)).stats, &of(Some("other")).stats);
    assert_eq!((acme.refused, acme.queued, acme.unassigned, acme.expiring), (1, 0, 0, Some(1)));
    assert_eq!((other.queued, other.unassigned, other.expiring), (2, 2, Some(0)));
    assert!(other.oldest_queued.unwrap() >= Duration::from_secs(60), "{other:?}");
    assert_eq!((of(None).stats.queued, of(None).stats.unassigned), (1, 1));
    let clients: Vec<_> = enterprises.iter().map(|found| found.has_client).collect();
    assert_eq!(clients, [false, true, false, true]);
    // The sums are those of all entries.
    let total = store.stats().await.unwrap();
    let sum = |number: fn(&crate::Stats) -> u64| {
        enterprises.iter().map(|found| number(&found.stats)).sum::<u64>()
    };
    assert_eq!(total.unassigned, sum(|stats| stats.unassigned));
    assert_eq!(total.expiring.unwrap(), sum(|stats| stats.expiring.unwrap()));
    for state in State::ALL {
        let sum = enterprises.iter().map(|found| found.stats.of(*state)).sum::<u64>();
        assert_eq!(total.of(*state), sum, "{state}");
    }
}

pub(crate) async fn one_enterprise_is_listed_and_erased(subject: &impl Subject) {
    let store = &*subject.store();
    let mut ids = Vec::new();
    for enterprise in [Some(ENTERPRISE), Some("other"), None] {
        ids.push(enqueue_for(store, enterprise, "1").await);
    }
    let listed = async |enterprise: Option<&str>| {
        let enterprise = enterprise.map(str::to_owned);
        let entries = store.entries(State::Queued, enterprise, 10).await.unwrap();
        entries.iter().map(|entry| entry.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(Some("other")).await, [ids[1]]);
    assert_eq!(listed(None).await, ids);
    let key = || "1".to_owned();
    assert_eq!(store.erase(key(), Some("other".to_owned())).await.unwrap(), 1);
    assert_eq!(listed(None).await, [ids[0], ids[2]]);
    assert_eq!(store.erase(key(), None).await.unwrap(), 2);
}

pub(crate) async fn a_pause_of_one_enterprise_stops_only_its_claims(subject: &impl Subject) {
    let store = &*subject.store();
    let own = enqueue(store, "1", false).await;
    enqueue_for(store, Some("other"), "1").await;
    let paused = async |enterprise: &'static str| store.operator_pause(enterprise).await.unwrap();
    let other = || Some("other".to_owned());
    store.set_operator_pause(other(), true).await.unwrap();
    // A report of the clients keeps the pause.
    store.report_clients(owned(&[ENTERPRISE, "other"])).await.unwrap();
    assert!(paused("other").await && !paused(ENTERPRISE).await);
    let enterprises = store.stats_by_enterprise().await.unwrap();
    assert_eq!(enterprises.iter().map(|found| found.is_paused).collect::<Vec<_>>(), [false, true]);
    assert_eq!(store.next_due("other").await.unwrap(), None);
    assert!(store.claim("other", LEASE, ClaimFor::DELIVERY).await.unwrap().is_none());
    assert_eq!(claimed(store).await, Some(own));
    // The pause of all enterprises and that of one are independent.
    store.set_operator_pause(None, true).await.unwrap();
    assert!(paused("other").await && paused(ENTERPRISE).await);
    store.set_operator_pause(None, false).await.unwrap();
    assert!(paused("other").await && !paused(ENTERPRISE).await);
    store.set_operator_pause(other(), false).await.unwrap();
    assert!(store.claim("other", LEASE, ClaimFor::DELIVERY).await.unwrap().is_some());
}
