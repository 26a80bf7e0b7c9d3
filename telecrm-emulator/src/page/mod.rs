//! The inspector page: what a person sees of an emulator. What is shown is decided here; the
//! template puts it into HTML, escaped, and is checked when this crate is compiled.

mod delivery;
mod lead;
mod payload;
mod reference;
mod sample;

use askama::Template;

pub(crate) use self::sample::curl;
use self::{delivery::DeliveryView, lead::LeadView, reference::Reference};
use crate::{
    counters::Counters,
    delivery::{DELIVERIES_KEPT, Entry},
    engine::{Engine, State},
};
use telecrm_schema::validate::LeadOutcome;

/// How many of the newest leads and deliveries the page shows.
const SHOWN: usize = 50;
/// The filter for deliveries with any drop.
const ANY: &str = "any";

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'e> {
    enterprise: &'e str,
    enterprise_id: &'e str,
    url: &'e str,
    counters: Counters,
    filters: Vec<Filter>,
    /// In words, where there is one.
    filter: Option<String>,
    leads: Vec<LeadView>,
    leads_in_all: usize,
    deliveries: Vec<DeliveryView>,
    deliveries_in_all: usize,
    kept: usize,
    reference: Reference<'e>,
    sample: String,
}

/// A link that shows some of the deliveries.
struct Filter {
    key: String,
    label: String,
    href: String,
    count: u64,
    current: bool,
}

/// The whole page, with the deliveries that `filter` (a catalogue id, or `any`) lets through.
pub(crate) fn render(engine: &Engine, filter: Option<&str>) -> Result<String, askama::Error> {
    let filter = filter.filter(|it| !it.is_empty());
    let (counters, leads, leads_in_all, entries, deliveries_in_all) = {
        let state = engine.state();
        let (entries, in_all) = newest(&state, filter);
        let leads = lead::newest(state.store.records(), SHOWN, &engine.settings.schema);
        (state.counters.clone(), leads, state.store.records().len(), entries, in_all)
    };
    let metadata = &engine.settings.metadata;
    let page = Page {
        enterprise: metadata.enterprise["name"].as_str().unwrap_or_default(),
        enterprise_id: engine.enterprise_id(),
        url: &engine.settings.url,
        filters: filters(&counters, filter),
        filter: filter
            .map(|it| if it == ANY { "with drops".to_owned() } else { format!("with {it}") }),
        counters,
        leads,
        leads_in_all,
        deliveries: entries.iter().map(DeliveryView::new).collect(),
        deliveries_in_all,
        kept: DELIVERIES_KEPT,
        reference: Reference::new(metadata),
        sample: curl(engine),
    };
    page.render()
}

/// The newest deliveries that the filter lets through, newest first, and how many there are.
fn newest(state: &State, filter: Option<&str>) -> (Vec<Entry>, usize) {
    let passes = |entry: &&Entry| match filter {
        None => true,
        Some(ANY) => !entry.delivery.drops.is_empty(),
        Some(code) => entry.delivery.drops.iter().any(|drop| drop.rule.id() == code),
    };
    let in_all =
        if filter.is_none() { state.log.len() } else { state.log.entries().filter(passes).count() };
    (state.log.entries().rev().filter(passes).take(SHOWN).cloned().collect(), in_all)
}

fn filters(counters: &Counters, current: Option<&str>) -> Vec<Filter> {
    let filter = |key: &str, label: &str, count: u64| Filter {
        key: key.to_owned(),
        label: label.to_owned(),
        href: if key.is_empty() { "/".to_owned() } else { format!("/?drop={key}") },
        count,
        current: current.unwrap_or_default() == key,
    };
    let all = counters.queued - counters.waiting + counters.refused;
    let mut filters = vec![filter("", "All", all)];
    if !counters.drops.is_empty() {
        // Whatever was lost whole has a drop that says why.
        filters.push(filter(ANY, "With drops", counters.with_drops + counters.lost_whole));
    }
    filters.extend(counters.drops.iter().map(|(code, count)| filter(code.id(), code.id(), *count)));
    if let Some(current) = current.filter(|current| filters.iter().all(|it| it.key != *current)) {
        // Escaped like all else, and a way out stands beside it.
        filters.push(Filter {
            key: current.to_owned(),
            label: current.to_owned(),
            href: "/".to_owned(),
            count: 0,
            current: true,
        });
    }
    filters
}

/// A time of day, UTC.
fn clock_time(millis: u64) -> String {
    let seconds = millis / 1000 % (24 * 60 * 60);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// What became of a delivery: a word for styles.
fn fate(entry: &Entry) -> &'static str {
    let delivery = &entry.delivery;
    match (delivery.lead, delivery.drops.is_empty(), delivery.status) {
        (LeadOutcome::Stored, true, _) => "clean",
        (LeadOutcome::Stored, false, _) => "dropped",
        // Lost without a word: it was queued.
        (LeadOutcome::Dropped, false, _) => "lost",
        (LeadOutcome::Dropped, true, _) => "refused",
    }
}
