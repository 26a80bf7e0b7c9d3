//! The example of the `metrics` crate, with a recorder that counts.

mod support;

#[path = "../examples/metrics.rs"]
mod example;

use std::collections::BTreeMap;
use std::sync::Mutex;

use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    set_default_local_recorder,
};
use support::{Answer, Gateway, drained};
use telecrm_outbox::Outbox;

/// Number of uses of each metric, by its name and its labels.
#[derive(Default)]
struct Uses(Mutex<BTreeMap<String, u64>>);

impl Uses {
    fn count(&self, key: &Key) {
        let labels: Vec<&str> = key.labels().map(metrics::Label::value).collect();
        let name = format!("{} {}", key.name(), labels.join(" "));
        *self.0.lock().unwrap().entry(name.trim_end().to_owned()).or_default() += 1;
    }

    fn of(&self, name: &str) -> u64 {
        self.0.lock().unwrap().get(name).copied().unwrap_or_default()
    }
}

impl Recorder for Uses {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        self.count(key);
        Counter::noop()
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        self.count(key);
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        self.count(key);
        Histogram::noop()
    }
}

#[tokio::test]
async fn on_settled_and_stats_are_metrics_without_personal_data() {
    let uses = Uses::default();
    // The worker's task is on this thread.
    let _recorder = set_default_local_recorder(&uses);
    let directory = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(directory.path().join("leads.db")).await.unwrap();
    let gateway = Gateway::start().await;
    gateway.answer(|_, number| if number == 1 { Answer::Status(400) } else { Answer::Queued });
    for number in 0..3 {
        outbox
            .enqueue_prepared(support::lead(&support::phone(number), number, false))
            .await
            .unwrap();
    }
    let worker =
        outbox.deliver(gateway.client()).concurrency(1).on_settled(example::settled).start();
    drained(&outbox).await;
    example::report(&outbox.stats().await.unwrap(), worker.status());
    worker.stop().await.unwrap();
    for metric in ["settled_total", "attempts", "waited_seconds"] {
        for (state, count) in [("accepted", 2), ("refused", 1), ("queued", 0)] {
            let name = format!("telecrm_outbox_{metric} {state}");
            assert_eq!(uses.of(&name), count, "{name}");
        }
    }
    for name in ["entries held", "oldest_seconds refused", "unassigned", "expiring", "delivers"] {
        assert_eq!(uses.of(&format!("telecrm_outbox_{name}")), 1, "{name}");
    }
    let names = format!("{:?}", uses.0.lock().unwrap());
    assert!(!names.contains(&support::phone(0)), "{names}");
}
